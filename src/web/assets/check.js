// Speeds the counter up. Everything works without it.
(() => {
  "use strict";
  const KEY_MS = 35; // Between two keys of a scanner, on average; a person needs 60 and more.
  const PAUSE_MS = 150; // After it, something else begins; a busy PC makes a scanner stumble.
  const BURST_KEYS = 9; // The shortest thing that is scanned.
  const box = document.querySelector("[data-box]");
  const typing = (element) => element.matches("input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]");

  // A box that has the focus takes a scan by itself. Anywhere else a scan would press buttons or
  // fill the wrong field: it is taken there, and what it typed is taken out again.
  let burst = "";
  let first = 0;
  let last = 0;
  let before = null; // The field with its value before the burst.
  const scanned = (event) => {
    if (before && before.field !== box) before.field.value = before.value;
    if (event.target !== box) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    const at = box.value.lastIndexOf(burst);
    // What stood in the box before the scan is not part of it. An input method may have changed
    // what was typed: then the server mends it.
    if (event.target !== box || at > 0) box.value = burst;
    box.form.querySelector("[data-scanned]").value = "1";
    if (event.target !== box) box.form.requestSubmit();
  };
  const listen = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    const goesOn = event.timeStamp - last < PAUSE_MS;
    const quick = goesOn && event.timeStamp - first < KEY_MS * burst.length;
    if (event.key === "Enter") {
      if (box && quick && burst.length >= BURST_KEYS) scanned(event);
      burst = "";
    } else if (event.key.length === 1) {
      if (!goesOn || !burst) {
        burst = "";
        first = event.timeStamp;
        const field = event.target;
        before = field.matches && field.matches("input[type=text], textarea") ? { field, value: field.value } : null;
      }
      burst += event.key;
      // Space on a button would press it in the middle of a scan.
      if (quick && burst.length > 3 && event.key === " " && !typing(event.target)) event.preventDefault();
    }
    last = event.timeStamp;
  };
  document.addEventListener("keydown", listen, true);

  // Keys: / (can be turned off) and F2 lead to the box, other keys to what names them.
  const memory = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("slash", value);
      return localStorage.getItem("slash");
    } catch {
      return null;
    }
  };
  let slash = memory() !== "off";
  let waiting = 0;
  const toBox = () => {
    box.focus();
    box.select();
    box.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    clearTimeout(waiting);
    if (box && event.key === "F2") {
      event.preventDefault();
      toBox();
    } else if (box && slash && event.key === "/" && !typing(event.target)) {
      event.preventDefault();
      // A scan may begin with this sign: then the next key comes at once.
      waiting = setTimeout(toBox, KEY_MS);
    } else if (/^F\d+$/.test(event.key)) {
      const named = document.querySelector(`[data-key="${event.key}"]`);
      if (named) {
        event.preventDefault();
        named.click();
      }
    }
  });
  document.querySelectorAll("[data-key]").forEach((named) => named.append(` (${named.dataset.key})`));
  const keys = document.querySelector("[data-keys]");
  if (keys && box) {
    const [off, on] = keys.dataset.keys.split("|");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    const say = () => (button.textContent = slash ? on : off);
    button.addEventListener("click", () => {
      slash = !slash;
      memory(slash ? "on" : "off");
      say();
    });
    say();
    keys.append(button);
    keys.hidden = false;
  }

  // One press, one question: a second press within ten seconds is none.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset || !form.dataset.once) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    const busy = form.querySelector("[data-busy]");
    if (busy) busy.textContent = form.dataset.once;
    setTimeout(() => rest(form), 10000);
  }, true);
  const rest = (form) => {
    delete form.dataset.sent;
    const busy = form.querySelector("[data-busy]");
    if (busy) busy.textContent = "";
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach(rest));

  // A part that was to come without loading the page anew, and did not.
  const failed = (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    rest(form);
    const words = form.closest("[data-failed]");
    const line = form.querySelector(".error") || form.insertBefore(document.createElement("p"), form.firstChild);
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = words ? words.dataset.failed : "";
  };
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) => document.addEventListener(name, failed));

  // A link to a finding opens its form.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#finding-"]');
    const form = link && document.getElementById(link.hash.slice(1))?.querySelector("details");
    if (form) form.open = true;
  });

  document.querySelector("[data-focus]")?.focus();
  document.querySelectorAll("[data-select]").forEach((field) => field.addEventListener("focus", () => field.select()));
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
