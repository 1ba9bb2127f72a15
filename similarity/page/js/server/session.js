/**
 * What the visitor wants, and the requests that bring it about.
 *
 * The wish runs ahead of the answers: a slider moves many times before the first of them. One
 * request runs at a time; the next one asks for the latest wish.
 */

/** @import { AnswerPayload, ChoiceParams, Problem } from "../../payload_types.js" */
/** @import { Ask } from "./requests.js" */

/** @typedef {Partial<ChoiceParams>} Params what is missing, the server chooses */

/**
 * @typedef {Object} Task what to ask
 * @property {"answer"|"take"|"load"} name of the server's function
 * @property {string} text what to say while it takes long
 * @property {{file: File}|{url: string}} [sent] a picture to search for
 * @property {boolean} [isNew] whether it is a step to which one can come back
 * @property {boolean} [isSubject] whether it is about another picture, and not about a setting
 */

/** @type {Array<keyof ChoiceParams>} */
const SUBJECT = ["item", "upload", "region"];
/** @type {Array<keyof ChoiceParams>} */
const SETTINGS = ["collection", "backbone", "metric", "k", "search_k", "labels", "text"];

/**
 * @param {Ask} ask
 * @param {(payload: AnswerPayload|Problem, task: Task) => void} receive gets each answer, with
 *     what was asked
 * @param {Params} params to begin with
 */
export function createSession(ask, receive, params) {
  let target = params;
  /** @type {AnswerPayload|null} */
  let shown = null;
  let isRunning = false;
  let isLeft = false;
  /** @type {Task|null} */
  let waiting = null;

  /**
   * Change settings, of which an empty one is left out; another collection has other pictures, so
   * it begins anew.
   *
   * @param {Params} settings
   */
  function change(settings) {
    if (settings.collection) {
      const { backbone, k, labels, text } = target;
      become({ backbone, k, labels, text, ...settings }, "Loading the index…");
      return;
    }
    // Another backbone has another index, and with it another range of efforts.
    const kept = settings.backbone ? without(target, ["search_k"]) : target;
    target = given({ ...kept, ...settings });
    run({ name: "answer", text: "Searching…" });
  }

  /**
   * Search for another picture, or for another part of it, as a new step.
   *
   * @param {Params} subject
   * @param {string} text
   */
  function search(subject, text) {
    target = { ...without(target, SUBJECT), ...subject };
    run({ name: "answer", text, isNew: true, isSubject: true });
  }

  /**
   * Send a picture to search for.
   *
   * @param {"take"|"load"} name
   * @param {{file: File}|{url: string}} sent
   * @param {string} text
   */
  function send(name, sent, text) {
    run({ name, sent, text, isNew: true, isSubject: true });
  }

  /**
   * Go to a place of the history; an answer on its way belongs to the place that is left.
   *
   * @param {Params} place
   */
  function goTo(place) {
    isLeft = isRunning;
    target = place;
    run({ name: "answer", text: "Searching…", isSubject: true });
  }

  /**
   * @param {Params} place
   * @param {string} text
   */
  function become(place, text) {
    target = given(place);
    run({ name: "answer", text, isNew: true, isSubject: true });
  }

  /** @param {Task} task */
  async function run(task) {
    if (isRunning) {
      // A setting that changes does not take the place of a picture that waits to be searched for.
      waiting = waiting && !task.isSubject ? waiting : task;
      return;
    }
    isRunning = true;
    const asked = target;
    const payload = await ask(task.name, dataOf(task, asked), task.text);
    isRunning = false;
    if (isLeft) isLeft = false;
    else settle(payload, task, asked);
    if (waiting) {
      const next = waiting;
      waiting = null;
      run(next);
    }
  }

  /**
   * @param {AnswerPayload|Problem} payload
   * @param {Task} task
   * @param {Params} asked
   */
  function settle(payload, task, asked) {
    if (!("problem" in payload)) {
      shown = payload;
      adopt(payload.params, asked);
    } else if (!waiting && shown) {
      target = shown.params;
    }
    receive(payload, task);
  }

  /**
   * Take over what the answer says, but for what was changed since it was asked for.
   *
   * @param {Params} answered
   * @param {Params} asked
   */
  function adopt(answered, asked) {
    for (const names of [...SETTINGS.map((name) => [name]), SUBJECT]) {
      if (names.every((name) => target[name] === asked[name])) {
        const found = names.map((name) => [name, answered[name]]);
        target = given({ ...target, ...Object.fromEntries(found) });
      }
    }
  }

  return { change, search, send, goTo, target: () => target, shown: () => shown };
}

/**
 * @param {Task} task
 * @param {Params} params
 */
function dataOf(task, params) {
  if (!task.sent) return params;
  const data = { ...params, ...task.sent };
  // Gradio's way of sending a file to a function of the server.
  return "file" in task.sent ? { binary: true, data } : data;
}

/**
 * What is given in parameters: an empty one says nothing.
 *
 * @param {Params} params
 * @returns {Params}
 */
function given(params) {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value));
}

/**
 * @param {Params} params
 * @param {Array<keyof ChoiceParams>} names
 * @returns {Params}
 */
function without(params, names) {
  const left = { ...params };
  for (const name of names) delete left[name];
  return left;
}
