/** A picture from the camera, taken in a dialog. */

const QUALITY = 0.92;

/**
 * @param {HTMLElement} root
 * @param {{file: (file: File) => void}} actions
 */
export function createCamera(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  const dialog = at("camera-dialog");
  const video = at("camera-video");
  const take = at("camera-take");

  at("camera").addEventListener("click", open);
  at("camera-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop);
  take.addEventListener("click", shoot);

  async function open() {
    take.disabled = true;
    at("camera-hint").textContent = "Waiting for the camera…";
    dialog.showModal();
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      await video.play();
      if (!dialog.open) return stop();
      at("camera-hint").textContent = "";
      take.disabled = false;
    } catch (error) {
      at("camera-hint").textContent =
        `The camera cannot be used (${error.name ?? "not available here"}): allow it for this ` +
        "page, or choose a file.";
    }
  }

  function stop() {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  }

  function shoot() {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob(
      (blob) => {
        dialog.close();
        actions.file(new File([blob], "camera.jpg", { type: "image/jpeg" }));
      },
      "image/jpeg",
      QUALITY,
    );
  }
}
