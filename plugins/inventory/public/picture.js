// A photo as a camera makes it is made smaller before it is sent, which spares the line. Without this script the server does it alone.
(() => {
  // more than the server keeps: it makes the picture small, once
  var MOST = 1280;
  var input = document.querySelector("input[data-shrink]");
  if (!input || !window.createImageBitmap || !window.DataTransfer) return;
  var button = input.form.querySelector("button");

  async function shrunk(file) {
    var image = await createImageBitmap(file);
    var scale = Math.min(1, MOST / Math.max(image.width, image.height));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    var context = canvas.getContext("2d");
    // what is seen through in a PNG would be black in a JPEG
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    var blob = await new Promise((resolve) => {
      canvas.toBlob(resolve, "image/jpeg", 0.85);
    });
    return blob && blob.size < file.size ? new File([blob], "picture.jpg", { type: "image/jpeg" }) : file;
  }

  function listOf(file) {
    var transfer = new DataTransfer();
    transfer.items.add(file);
    return transfer.files;
  }

  input.addEventListener("change", async () => {
    var file = input.files[0];
    if (!file) return;
    button.disabled = true;
    try {
      input.files = listOf(await shrunk(file));
    } catch {
      // no picture that this browser knows: the server says so
    } finally {
      button.disabled = false;
    }
  });
})();
