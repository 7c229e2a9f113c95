// A little comfort on top of pages that work without it: dropping files, and seeing how far an import is.
"use strict";

for (const form of document.querySelectorAll("form[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const meter = form.querySelector("[data-meter]");
  const bar = meter.querySelector("progress");
  const told = meter.querySelector("[data-told]");
  form.querySelector("[data-hint]").hidden = false;

  const tell = (share, words) => {
    meter.hidden = false;
    bar.value = Math.round(100 * share);
    if (told.textContent !== words) told.textContent = words;
    bar.hidden = share === 0;
  };

  const watch = async () => {
    const answer = await fetch(form.dataset.progress, { headers: { accept: "application/json" } });
    const state = await answer.json();
    if (!state.running) {
      location.assign(form.dataset.done);
      return;
    }
    tell(0.5 + (0.5 * state.done) / Math.max(state.total, 1), "Reading, sorting and encrypting …");
    setTimeout(watch, 250);
  };

  const send = () => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) tell((0.5 * event.loaded) / event.total, "Handing over …");
    });
    request.addEventListener("load", () => {
      const json = (request.getResponseHeader("content-type") ?? "").includes("json");
      if (request.status === 200 && json) watch();
      else if (json) tell(0, JSON.parse(request.responseText).told);
      else location.assign(form.dataset.done);
    });
    request.addEventListener("error", () => tell(0, "The Privacy Center does not answer; is it still running?"));
    // A browser does not show what is answered while it still sends: what is too much is not sent at all.
    const files = [...input.files];
    const bytes = files.reduce((sum, one) => sum + one.size, 0);
    if (files.length > Number(form.dataset.most)) tell(0, form.dataset.many);
    else if (bytes > Number(form.dataset.bytes)) tell(0, form.dataset.large);
    else {
      tell(0, "Handing over …");
      request.send(new FormData(form));
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    form.addEventListener(kind, () => form.classList.remove("over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      send();
    }
  });
}

// A page that an import keeps waiting shows how far it is, and itself once it is done.
for (const box of document.querySelectorAll("[data-waiting]")) {
  const look = async () => {
    const state = await (await fetch(box.dataset.progress)).json();
    if (!state.running) return location.assign(box.dataset.done);
    box.querySelector("progress").value = Math.round((100 * state.done) / Math.max(state.total, 1));
    setTimeout(look, 250);
  };
  look();
}

// The page that is open stands where it can be seen in a menu that is wider than the phone.
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
