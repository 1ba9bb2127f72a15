/** The present search as a program would ask for it, ready to be copied. */

import { finder } from "../common/dom.js";

/** @import { AnswerPayload, ChoiceParams } from "../../payload_types.js" */

/** @param {HTMLElement} root */
export function createProgram(root) {
  const at = finder(root);
  const curl = at("curl");
  const python = at("python");

  /** @param {AnswerPayload} payload */
  function draw({ params, query }) {
    const base = new URL(".", document.baseURI).href;
    const own = query.upload !== null;
    curl.textContent = own ? curlForPicture(base, params) : curlForItem(base, params);
    python.textContent = pythonFor(base, params, own);
  }

  return { draw };
}

/**
 * @param {string} base the page's address
 * @param {ChoiceParams} params
 */
function curlForItem(base, params) {
  return callOf(base, [null, Number(params.item), ...settingsOf(params)]);
}

/**
 * @param {string} base
 * @param {ChoiceParams} params
 */
function curlForPicture(base, params) {
  const sent = { path: "PATH", meta: { _type: "gradio.FileData" } };
  return (
    `curl -s -F files=@picture.jpg ${quoted(`${base}gradio_api/upload`)}\n` +
    `# with the PATH that this prints:\n${callOf(base, [sent, null, ...settingsOf(params)])}`
  );
}

/**
 * @param {string} base
 * @param {Array<unknown>} data
 */
function callOf(base, data) {
  const body = quoted(JSON.stringify({ data }));
  return `curl -s ${quoted(`${base}gradio_api/run/search`)} -H 'Content-Type: application/json' -d ${body}`;
}

/**
 * @param {string} base
 * @param {ChoiceParams} params
 * @param {boolean} own whether the query is a picture of the visitor's
 */
function pythonFor(base, params, own) {
  const subject = own ? 'picture=handle_file("picture.jpg")' : `item=${Number(params.item)}`;
  return [
    `from gradio_client import Client${own ? ", handle_file" : ""}`,
    "",
    `client = Client(${JSON.stringify(base)})`,
    "answer = client.predict(",
    `    ${subject},`,
    `    backbone=${JSON.stringify(params.backbone)},`,
    `    metric=${JSON.stringify(params.metric)},`,
    `    k=${Number(params.k)},`,
    `    search_k=${Number(params.search_k)},`,
    `    collection=${JSON.stringify(params.collection)},`,
    ...(params.labels ? [`    labels=${params.labels},`] : []),
    ...(params.text ? [`    text=${JSON.stringify(params.text)},`] : []),
    '    api_name="/search",',
    ")",
  ].join("\n");
}

/** @param {ChoiceParams} params */
function settingsOf(params) {
  return [
    params.backbone,
    params.metric,
    Number(params.k),
    Number(params.search_k),
    params.collection,
    params.labels ? JSON.parse(params.labels) : null,
    params.text ?? null,
  ];
}

/**
 * One word for a shell, whatever is in it.
 *
 * @param {string} text
 */
function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
