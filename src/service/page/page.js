// The page without waiting: a file that is chosen or dropped is sent at once, and its result comes in the
// place of the page. Everything here works without it as well, in more steps.
"use strict";

(() => {
  // The file whose result is shown: it never leaves this page but to be checked.
  let shown = null;
  let under_way = null;

  const by_id = (id) => document.getElementById(id);
  // What the page shows anyway is only to be heard.
  const say = (words, heard = false) => {
    by_id("status").classList.toggle("heard", heard);
    by_id("status").textContent = words;
  };

  const show = (text, file) => {
    const answer = new DOMParser().parseFromString(text, "text/html");
    for (const part of ["header", "main", "footer"]) {
      document.querySelector(part).replaceWith(document.adoptNode(answer.querySelector(part)));
    }
    document.documentElement.lang = answer.documentElement.lang;
    document.title = answer.title;
    document.querySelector(".skip").textContent = answer.querySelector(".skip").textContent;
    shown = file;
    prepare();
    by_id("result")?.focus();
  };

  const send = async (file, address) => {
    const words = by_id("check").dataset;
    if (file.size > Number(words.limit)) {
      say(words.large);
      return;
    }
    under_way?.abort();
    const mine = new AbortController();
    under_way = mine;
    const body = new FormData();
    body.append("file", file);
    say(words.sending);
    busy(true);
    try {
      const answer = await fetch(address, {
        method: "POST", body, signal: mine.signal, headers: { Accept: "text/html" },
      });
      const text = await answer.text();
      if (under_way !== mine) return;
      show(text, file);
      say(answer.ok ? words.done : "", true);
    } catch (cause) {
      if (under_way !== mine) return;
      say(cause.name === "AbortError" ? words.cancelled : words.failed);
      by_id("file").focus();
    } finally {
      if (under_way === mine) {
        under_way = null;
        busy(false);
      }
    }
  };

  const busy = (is_busy) => {
    const cancel = by_id("cancel");
    if (!cancel) return;
    cancel.hidden = !is_busy;
    by_id("check").setAttribute("aria-busy", String(is_busy));
    if (is_busy) cancel.focus();
  };

  // What was signed is the beginning of the file that this page has already.
  const offer_revision = (place) => {
    const form = place.querySelector("form");
    const button = form.querySelector("button");
    button.type = "button";
    button.addEventListener("click", () => {
      const part = shown.slice(0, Number(place.dataset.length), "application/pdf");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(part);
      link.download = place.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    });
    form.replaceWith(button);
  };

  const prepare = () => {
    const form = by_id("check");
    if (form) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const file = by_id("file").files[0];
        if (file) send(file, form.action);
      });
      by_id("file").addEventListener("change", () => {
        const file = by_id("file").files[0];
        if (file) send(file, form.action);
      });
      by_id("cancel").addEventListener("click", () => under_way?.abort());
    }
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
    if (shown) document.querySelectorAll(".revision").forEach(offer_revision);
    // A result has no address: in another language it is asked for once more.
    for (const link of document.querySelectorAll("[data-lang]")) {
      link.addEventListener("click", (event) => {
        if (!shown) return;
        event.preventDefault();
        history.replaceState(null, "", link.href);
        send(shown, link.href);
      });
    }
  };

  // A file may be dropped anywhere: beside the frame, the browser would open it and leave.
  const is_file = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
  const frame = (is_over) => document.querySelector(".drop")?.classList.toggle("over", is_over);
  document.addEventListener("dragover", (event) => {
    if (!is_file(event)) return;
    event.preventDefault();
    frame(true);
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) frame(false); });
  document.addEventListener("drop", (event) => {
    if (!is_file(event)) return;
    event.preventDefault();
    frame(false);
    const file = event.dataTransfer.files[0];
    if (file && by_id("check")) send(file, by_id("check").action);
  });

  // On paper nothing is folded away.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open]):not(.others)"));
    folded.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((part) => { part.open = false; }));

  prepare();
})();
