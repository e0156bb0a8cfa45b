/* Pointing at one place of the map, and the pins of what a page has put there.
 *
 * Python says `point` in its order: the words, and a number that changes when another place is asked for. One
 * touch gives a place; so does a button, for the place under the cross, which a keyboard reaches.
 * `pins` are [longitude, latitude, sign, name, kind]: the sign tells kinds apart without a colour. */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});
  const DIGITS = 1e5;
  const SIDE = 26;

  function rounded(degrees) {
    return Math.round(degrees * DIGITS) / DIGITS;
  }

  proximite.Point = L.Class.extend({
    initialize: function (map) {
      this._map = map;
      this._on = false;
    },

    isOn: function () {
      return this._on;
    },

    /* Begin, go on or end pointing, as Python asks. */
    show: function (asked) {
      if (!asked) return this._end();
      if (!this._on) this._begin();
      if (this._number !== asked.number) this._said.textContent = asked.words.said;
      this._number = asked.number;
      this._words = asked.words;
      this._bar.setAttribute("aria-label", asked.words.toolbar);
      this._button.textContent = asked.words.centre;
    },

    give: function (latlng) {
      if (!window.Streamlit) return;
      const at = latlng.wrap();
      this._said.textContent = this._words.given;
      window.Streamlit.setComponentValue({ place: [rounded(at.lng), rounded(at.lat)], n: Date.now() });
    },

    _begin: function () {
      this._on = true;
      const container = this._map.getContainer();
      container.classList.add("proximite-pointing");
      this._cross = L.DomUtil.create("div", "proximite-cross", container);
      this._cross.setAttribute("aria-hidden", "true");
      this._bar = L.DomUtil.create("div", "proximite-draw proximite-point leaflet-control", container);
      this._bar.setAttribute("role", "toolbar");
      L.DomEvent.disableClickPropagation(this._bar);
      L.DomEvent.disableScrollPropagation(this._bar);
      this._said = L.DomUtil.create("p", "proximite-draw-said", this._bar);
      this._said.setAttribute("role", "status");
      this._button = L.DomUtil.create("button", "proximite-draw-finish", this._bar);
      this._button.type = "button";
      this._button.addEventListener("click", () => this.give(this._map.getCenter()));
    },

    _end: function () {
      if (!this._on) return;
      this._on = false;
      this._number = undefined;
      this._map.getContainer().classList.remove("proximite-pointing");
      this._cross.remove();
      this._bar.remove();
    },
  });

  proximite.Pins = L.LayerGroup.extend({
    show: function (pins) {
      const written = JSON.stringify(pins);
      if (written === this._written) return;
      this._written = written;
      this.clearLayers();
      for (const pin of pins) this.addLayer(this._marker(pin));
    },

    _marker: function (pin) {
      const [longitude, latitude, sign, name, kind] = pin;
      const face = L.DomUtil.create("span", "proximite-pin-face");
      face.textContent = sign;
      const icon = L.divIcon({ className: "proximite-pin proximite-pin-" + kind, html: face, iconSize: [SIDE, SIDE] });
      const marker = L.marker([latitude, longitude], { icon: icon, keyboard: true, riseOnHover: true, pane: "proximite-pins" });
      marker.on("add", () => marker.getElement().setAttribute("aria-label", name));
      const said = L.DomUtil.create("span");
      said.textContent = name;
      marker.bindTooltip(said, { className: "proximite-place-tip", direction: "top", offset: [0, -12] });
      return marker;
    },
  });
})();
