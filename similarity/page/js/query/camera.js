/** A picture from the camera, taken in a dialog. */

import { finder } from "../common/dom.js";

const QUALITY = 0.92;

/**
 * @param {HTMLElement} root
 * @param {{file: (file: File) => void}} actions
 */
export function createCamera(root, actions) {
  const at = finder(root);
  const dialog = at("camera-dialog", HTMLDialogElement);
  const video = at("camera-video", HTMLVideoElement);
  const take = at("camera-take", HTMLButtonElement);
  /** @type {MediaStream|null} */
  let stream = null;

  at("camera").addEventListener("click", open);
  at("camera-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop);
  take.addEventListener("click", shoot);

  async function open() {
    take.disabled = true;
    at("camera-hint").textContent = "Waiting for the camera…";
    dialog.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      video.srcObject = stream;
      await video.play();
      if (!dialog.open) {
        stop();
        return;
      }
      at("camera-hint").textContent = "";
      take.disabled = false;
    } catch (error) {
      const reason = error instanceof DOMException ? error.name : "not available here";
      at("camera-hint").textContent =
        `The camera cannot be used (${reason}): allow it for this page, or choose a file.`;
    }
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
  }

  function shoot() {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    canvas.toBlob(
      (blob) => {
        dialog.close();
        if (blob) actions.file(new File([blob], "camera.jpg", { type: "image/jpeg" }));
      },
      "image/jpeg",
      QUALITY,
    );
  }
}
