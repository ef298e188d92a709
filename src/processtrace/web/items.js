// The list of items: only those of a case, a tag, a least weight and a text; all where nothing is asked.
"use strict";
(() => {
const controls = document.getElementById("items.filter"), items = [...document.querySelectorAll("details.item")];
if (!controls || !items.length) return;
const [one, tag, weight, text] = controls.querySelectorAll("select, input"), count = controls.querySelector("output");
const texts = new Map();
const textOf = item => { if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase()); return texts.get(item); };
function show() {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const fits = (!one.value || item.dataset.case === one.value) && (!tag.value || item.dataset.tags.split("|").includes(tag.value)) &&
      Number(item.dataset.weight) >= Number(weight.value) && words.every(word => textOf(item).includes(word));
    item.hidden = !fits;
    shown += fits;
  }
  for (const section of document.querySelectorAll("section.items")) section.hidden = !section.querySelector("details.item:not([hidden])");
  count.textContent = shown === items.length ? `${items.length} items` : `${shown} of ${items.length} items`;
}
for (const control of [one, tag, weight, text]) control.addEventListener("input", show);
// A link to an item unfolds it.
function unfold() {
  const item = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (item && item.matches("details.item")) { item.hidden = false; item.closest("section").hidden = false; item.open = true; item.scrollIntoView(); }
}
addEventListener("hashchange", unfold);
controls.hidden = false;
show();
unfold();
})();
