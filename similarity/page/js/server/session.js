/**
 * What the visitor wants, and the requests that bring it about.
 *
 * The wish runs ahead of the answers: a slider moves many times before the first of them. One
 * request runs at a time; the next one asks for the latest wish.
 */

const SUBJECT = ["item", "upload", "region"];
const SETTINGS = ["collection", "backbone", "metric", "k", "search_k"];

/**
 * @param {(name: string, data: Object, text: string) => Promise<Object>} ask from requests.js
 * @param {(payload: Object, task: Object) => void} receive gets each answer, with what was asked
 * @param {Object<string, string>} params to begin with
 */
export function createSession(ask, receive, params) {
  let target = params;
  let shown = null;
  let isRunning = false;
  let isLeft = false;
  let waiting = null;

  /** Change settings; another collection has other pictures, so it begins anew. */
  function change(settings) {
    if (settings.collection) {
      const { backbone, k } = target;
      become({ backbone, k, ...settings }, "Loading the index…");
      return;
    }
    // Another backbone has another index, and with it another range of efforts.
    const kept = settings.backbone ? without(target, ["search_k"]) : target;
    target = { ...kept, ...settings };
    run({ name: "answer", text: "Searching…" });
  }

  /** Search for another picture, or for another part of it, as a new step. */
  function search(subject, text) {
    target = { ...without(target, SUBJECT), ...subject };
    run({ name: "answer", text, isNew: true, isSubject: true });
  }

  /** Send a picture to search for. */
  function send(name, sent, text) {
    run({ name, sent, text, isNew: true, isSubject: true });
  }

  /** Go to a place of the history; an answer on its way belongs to the place that is left. */
  function goTo(place) {
    isLeft = isRunning;
    target = place;
    run({ name: "answer", text: "Searching…", isSubject: true });
  }

  function become(place, text) {
    target = Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
    run({ name: "answer", text, isNew: true, isSubject: true });
  }

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

  function settle(payload, task, asked) {
    if (!payload.problem) {
      shown = payload;
      adopt(payload.params, asked);
    } else if (!waiting && shown) {
      target = shown.params;
    }
    receive(payload, task);
  }

  /** Take over what the answer says, but for what was changed since it was asked for. */
  function adopt(answered, asked) {
    for (const name of SETTINGS) {
      if (target[name] === asked[name]) target = { ...target, [name]: answered[name] };
    }
    if (SUBJECT.every((name) => target[name] === asked[name])) {
      const subject = SUBJECT.filter((name) => name in answered).map((name) => [name, answered[name]]);
      target = { ...without(target, SUBJECT), ...Object.fromEntries(subject) };
    }
  }

  return { change, search, send, goTo, target: () => target, shown: () => shown };
}

function dataOf(task, params) {
  if (!task.sent) return params;
  const data = { ...params, ...task.sent };
  // Gradio's way of sending a file to a function of the server.
  return task.sent.file ? { binary: true, data } : data;
}

function without(params, names) {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}
