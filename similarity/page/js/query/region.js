/**
 * A region of a picture, drawn with a mouse or a finger or moved with the arrow keys.
 *
 * A mouse may draw at any time; a finger draws only after `begin`, or the page could not be
 * scrolled.
 */

import { make } from "../common/dom.js";

/** @typedef {[left: number, top: number, right: number, bottom: number]} Sides in [0, 1] */

const STEP = 0.05;
const LEAST = 0.08;
/** @type {Map<string, [x: number, y: number]>} */
const STEPS = new Map([
  ["ArrowLeft", [-STEP, 0]],
  ["ArrowRight", [STEP, 0]],
  ["ArrowUp", [0, -STEP]],
  ["ArrowDown", [0, STEP]],
]);
const DRAG_PIXELS = 6;

/**
 * @param {HTMLElement} holder holds exactly the picture
 * @param {{select: (region: Sides) => void, turn: () => void, leave: () => void}} actions `turn`
 *     is called when drawing begins or ends, `leave` when a visitor gave it up
 */
export function createRegion(holder, actions) {
  const box = make("div", {
    class: "region",
    role: "group",
    "aria-describedby": "region-help",
    "aria-label": "Region to search for",
  });
  const help = make(
    "p",
    { class: "unseen", id: "region-help" },
    "Arrow keys move the region, with Shift they change its size. Enter searches, Escape cancels.",
  );
  const spoken = make("p", { class: "unseen", role: "status" });
  /** @type {Sides|null} */
  let chosen = null;
  /** @type {Sides|null} */
  let sides = null;
  let isOpen = false;
  /** @type {ReturnType<typeof place>|null} */
  let from = null;

  function begin() {
    isOpen = true;
    sides = chosen ?? [0.25, 0.25, 0.75, 0.75];
    draw();
    box.focus();
  }

  function finish() {
    if (!isOpen || !sides) return;
    isOpen = false;
    const [left, top, right, bottom] = sides.map((side) => Number(side.toFixed(3)));
    actions.select([left, top, right, bottom]);
    draw();
  }

  function cancel() {
    isOpen = false;
    from = null;
    sides = chosen;
    draw();
  }

  /** Cancel and give the keyboard back to where it came from. */
  function leave() {
    cancel();
    actions.leave();
  }

  /** @param {Sides|null} region */
  function set(region) {
    // An answer that arrives while a region is drawn does not take it away.
    chosen = region;
    if (!isOpen) sides = region;
    draw();
  }

  function draw() {
    holder.classList.toggle("cropping", isOpen);
    box.tabIndex = isOpen ? 0 : -1;
    if (sides) {
      const [left, top, right, bottom] = sides.map((side) => `${side * 100}%`);
      for (const [name, value] of Object.entries({ left, top, right, bottom })) {
        box.style.setProperty(`--${name}`, value);
      }
      holder.append(box, help, spoken);
    } else {
      box.remove();
      help.remove();
      spoken.remove();
    }
    actions.turn();
  }

  /** @param {Sides} present */
  function say(present) {
    const [left, top, right, bottom] = present.map((side) => `${Math.round(side * 100)}%`);
    spoken.textContent = `From ${left} to ${right} across, ${top} to ${bottom} down.`;
  }

  box.addEventListener("keydown", (event) => {
    if (!isOpen || !sides) return;
    const step = STEPS.get(event.key);
    if (event.key === "Enter") finish();
    else if (event.key === "Escape") leave();
    else if (step) {
      sides = event.shiftKey ? resized(sides, ...step) : moved(sides, ...step);
      draw();
      box.focus();
      say(sides);
    } else return;
    event.preventDefault();
  });

  holder.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && !isOpen)) return;
    from = place(event);
    holder.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  holder.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    if (!isOpen && Math.hypot(to.pixelX - from.pixelX, to.pixelY - from.pixelY) < DRAG_PIXELS) return;
    isOpen = true;
    sides = between(from, to);
    draw();
  });
  holder.addEventListener("pointerup", () => {
    if (!from) return;
    const wasDrawn = isOpen && sides && sides[2] - sides[0] >= LEAST && sides[3] - sides[1] >= LEAST;
    from = null;
    if (wasDrawn) finish();
    else if (isOpen) cancel();
  });
  holder.addEventListener("pointercancel", cancel);

  /** @param {PointerEvent} event */
  function place(event) {
    const { left, top, width, height } = holder.getBoundingClientRect();
    return {
      x: clamp((event.clientX - left) / width),
      y: clamp((event.clientY - top) / height),
      pixelX: event.clientX,
      pixelY: event.clientY,
    };
  }

  return { begin, finish, leave, set, isOpen: () => isOpen, isSet: () => Boolean(chosen) };
}

/**
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 * @returns {Sides}
 */
function between(a, b) {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
}

/**
 * @param {Sides} sides
 * @param {number} x
 * @param {number} y
 * @returns {Sides}
 */
function moved([left, top, right, bottom], x, y) {
  const dx = Math.max(-left, Math.min(1 - right, x));
  const dy = Math.max(-top, Math.min(1 - bottom, y));
  return [left + dx, top + dy, right + dx, bottom + dy];
}

/**
 * @param {Sides} sides
 * @param {number} x
 * @param {number} y
 * @returns {Sides}
 */
function resized([left, top, right, bottom], x, y) {
  return [left, top, Math.max(left + LEAST, clamp(right + x)), Math.max(top + LEAST, clamp(bottom + y))];
}

/** @param {number} share */
function clamp(share) {
  return Math.max(0, Math.min(1, share));
}
