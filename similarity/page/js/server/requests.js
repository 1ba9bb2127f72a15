/**
 * Requests to the server: what to say while one takes long, and what to say when it fails.
 */

/** @import { Answers, Problem } from "../../payload_types.js" */

/**
 * The server's functions, as Gradio gives them; one resolves to undefined on failure.
 *
 * @typedef {{[Name in keyof Answers]: (data: Object) => Promise<Answers[Name]|undefined>}} Server
 */

/** @typedef {ReturnType<typeof createAsk>} Ask */

const SLOW_MS = 500;
const NO_ANSWER = "The server did not answer; check the connection and try again.";

/**
 * @param {Server} server
 * @param {(text: string|null) => void} onSlow told what is going on, and null when it is over
 */
export function createAsk(server, onSlow) {
  /**
   * Ask for an answer; a failure is an answer with a `problem`.
   *
   * @template {keyof Answers} Name
   * @param {Name} name
   * @param {Object} data
   * @param {string|null} text what to say while it takes long; nothing unless given
   * @returns {Promise<Answers[Name]|Problem>}
   */
  async function ask(name, data, text = null) {
    const timer = text === null ? undefined : setTimeout(() => onSlow(text), SLOW_MS);
    try {
      return (await server[name](data)) ?? { problem: NO_ANSWER };
    } catch {
      return { problem: NO_ANSWER };
    } finally {
      clearTimeout(timer);
      if (text !== null) onSlow(null);
    }
  }
  return ask;
}

/**
 * Run the latest of many calls: one that comes while another runs waits, and all that come
 * meanwhile are one. A filter that is typed into thus asks as fast as it is answered and ends right.
 *
 * @param {() => Promise<void>} task
 */
export function latest(task) {
  let isRunning = false;
  let isWaiting = false;
  return async function run() {
    if (isRunning) {
      isWaiting = true;
      return;
    }
    isRunning = true;
    try {
      await task();
    } finally {
      isRunning = false;
      if (isWaiting) {
        isWaiting = false;
        run();
      }
    }
  };
}
