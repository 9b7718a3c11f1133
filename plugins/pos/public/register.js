// The register without this file is complete; with it, fast scans and keys are easier.
(() => {
  var box = document.getElementById("code");

  var form = document.getElementById("scan-form");
  var line = Promise.resolve();

  // /pos shows the cart that is worked on: from here on this page is that cart's, however often it is loaded again
  if (form && window.location.pathname === "/pos") {
    window.history.replaceState(window.history.state, "", form.getAttribute("action").replace(/\/scan$/, ""));
  }

  // a scanner does not wait: each code is taken out of the box at once, and they are sent one after another
  if (form && box && window.htmx) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      var code = box.value;
      box.value = "";
      line = line
        .then(() =>
          window.htmx.ajax("POST", form.getAttribute("action"), {
            source: form,
            target: "#register",
            swap: "outerHTML",
            values: { code: code },
          }),
        )
        .catch(() => {
          // the server was not reached: nothing typed is lost
          if (box.value === "") box.value = code;
        });
    });
  }

  // a scan's answer brings a new cash box: what was being typed into the old one moves over
  var typed = "";
  document.addEventListener("htmx:beforeSwap", () => {
    var amount = document.getElementById("amount");
    typed = amount ? amount.value : "";
  });
  document.addEventListener("htmx:afterSwap", () => {
    var amount = document.getElementById("amount");
    if (amount && typed && amount.value === "") amount.value = typed;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    // what goes well with the cart comes late, and must not take anybody's place
    if (!box || event.target.closest("#goes-well")) return;
    var amount = document.querySelector("#amount[aria-invalid]");
    var quantity = document.querySelector(".pos-line [aria-invalid]");
    var active = document.activeElement;
    if (quantity) quantity.select();
    else if (amount) amount.select();
    else if (!active || active === document.body || active.closest("#goes-well")) box.focus();
  });

  // a refused code comes back selected, so that the next scan replaces it
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!box || event.target.id !== "scan-form" || event.detail.xhr.status !== 422 || box.value !== "") return;
    box.value = event.detail.requestConfig.parameters.code || "";
    box.focus();
    box.select();
  });

  var links = { F6: "[accesskey=m]", F7: "[accesskey=p]", F9: "[accesskey=g]", F10: "[accesskey=c]" };
  var keys = { F2: "code", F4: "amount" };
  document.addEventListener("keydown", (event) => {
    var field = keys[event.key] && document.getElementById(keys[event.key]);
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (
      event.altKey &&
      /^[1-6]$/.test(event.key) &&
      document.querySelector(`:is(.pos-quick, .pos-goes-well) [accesskey="${event.key}"]`)
    ) {
      // browsers differ in the keys that go with accesskey
      event.preventDefault();
      document.querySelector(`:is(.pos-quick, .pos-goes-well) [accesskey="${event.key}"]`).click();
    } else if (links[event.key] && document.querySelector(links[event.key])) {
      event.preventDefault();
      document.querySelector(links[event.key]).click();
    } else if (event.key === "F8" && box) {
      event.preventDefault();
      window.location.href = "/pos/new";
    }
  });

  var print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => {
      window.print();
    });
  }
})();
