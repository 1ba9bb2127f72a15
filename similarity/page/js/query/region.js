/**
 * A region of a picture, drawn with a mouse or a finger or moved with the arrow keys.
 *
 * A mouse may draw at any time; a finger draws only after `begin`, or the page could not be
 * scrolled. Sides are shares of the picture's: [left, top, right, bottom] in [0, 1].
 */

import { make } from "../common/dom.js";

const STEP = 0.05;
const LEAST = 0.08;
const DRAG_PIXELS = 6;

/**
 * @param {HTMLElement} holder holds exactly the picture
 * @param {{select: (region: number[]) => void, turn: () => void, leave: () => void}} actions `turn`
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
  let chosen = null;
  let sides = null;
  let isOpen = false;
  let from = null;

  function begin() {
    isOpen = true;
    sides = chosen ?? [0.25, 0.25, 0.75, 0.75];
    draw();
    box.focus();
  }

  function finish() {
    if (!isOpen) return;
    isOpen = false;
    actions.select(sides.map((side) => Number(side.toFixed(3))));
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

  function say() {
    const [left, top, right, bottom] = sides.map((side) => `${Math.round(side * 100)}%`);
    spoken.textContent = `From ${left} to ${right} across, ${top} to ${bottom} down.`;
  }

  box.addEventListener("keydown", (event) => {
    if (!isOpen) return;
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === "Enter") finish();
    else if (event.key === "Escape") leave();
    else if (x || y) {
      sides = event.shiftKey ? resized(sides, x * STEP, y * STEP) : moved(sides, x * STEP, y * STEP);
      draw();
      box.focus();
      say();
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

function between(a, b) {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
}

function moved([left, top, right, bottom], x, y) {
  const dx = Math.max(-left, Math.min(1 - right, x));
  const dy = Math.max(-top, Math.min(1 - bottom, y));
  return [left + dx, top + dy, right + dx, bottom + dy];
}

function resized([left, top, right, bottom], x, y) {
  return [left, top, Math.max(left + LEAST, clamp(right + x)), Math.max(top + LEAST, clamp(bottom + y))];
}

function clamp(share) {
  return Math.max(0, Math.min(1, share));
}
