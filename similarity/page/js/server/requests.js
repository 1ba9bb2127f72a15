/**
 * Requests to the server: what to say while one takes long, and what to say when it fails.
 */

const SLOW_MS = 500;
const NO_ANSWER = "The server did not answer; check the connection and try again.";

/**
 * @param {Object<string, Function>} server Gradio's functions; one resolves to undefined on failure
 * @param {(text: string|null) => void} onSlow told what is going on, and null when it is over
 */
export function createAsk(server, onSlow) {
  /**
   * Ask for an answer; a failure is an answer with a `problem`.
   *
   * @param {string} name
   * @param {Object} data
   * @param {string|null} text what to say while it takes long; nothing unless given
   */
  async function ask(name, data, text = null) {
    const timer = text && setTimeout(() => onSlow(text), SLOW_MS);
    try {
      return (await server[name](data)) ?? { problem: NO_ANSWER };
    } catch {
      return { problem: NO_ANSWER };
    } finally {
      clearTimeout(timer);
      if (text) onSlow(null);
    }
  }
  return ask;
}

/**
 * Run the latest of many calls: one that comes while another runs waits, and replaces one that
 * waits already. A slider that is dragged thus asks as fast as it is answered and ends right.
 *
 * @param {(...args: any[]) => Promise<void>} task
 */
export function latest(task) {
  let running = false;
  let waiting = null;
  return async function run(...args) {
    if (running) {
      waiting = args;
      return;
    }
    running = true;
    try {
      await task(...args);
    } finally {
      running = false;
      if (waiting) {
        const next = waiting;
        waiting = null;
        run(...next);
      }
    }
  };
}
