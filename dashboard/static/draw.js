/* Drawing an outline on the map: one touch a corner, or the map moved under a cross and a button.
 *
 * Python says `draw` in its order: the words of the buttons, and a number that changes when a new drawing begins.
 * What comes back is a GeoJSON polygon. */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});
  const LINE = "#14557b";
  /* A touch so near the first corner, in pixels, closes the outline. */
  const CLOSING = 14;
  const FEWEST = 3;
  const DIGITS = 1e6;

  proximite.Draw = L.Class.extend({
    initialize: function (map) {
      this._map = map;
      this._points = [];
      this._closed = false;
      this._on = false;
    },

    isOn: function () {
      return this._on;
    },

    /* Begin, go on or end drawing, as Python asks. */
    show: function (asked) {
      if (!asked) return this._end();
      if (this._number !== undefined && this._number !== asked.number) this._clear();
      this._number = asked.number;
      if (!this._on) this._begin();
      this._words = asked.words;
      this._speak();
      this._redraw();
    },

    add: function (latlng) {
      if (this._closed) return;
      if (this._points.length >= FEWEST && this._isNearFirst(latlng)) return this._finish();
      this._points.push(latlng);
      this._redraw();
    },

    _begin: function () {
      this._on = true;
      const map = this._map;
      map.doubleClickZoom.disable();
      if (!map.getPane("proximite-draw")) {
        map.createPane("proximite-draw").style.zIndex = 500;
        map.getPane("proximite-draw").style.pointerEvents = "none";
      }
      this._layer = L.featureGroup().addTo(map);
      this._cross = L.DomUtil.create("div", "proximite-cross", map.getContainer());
      this._cross.setAttribute("aria-hidden", "true");
      this._bar = L.DomUtil.create("div", "proximite-draw leaflet-control", map.getContainer());
      this._bar.setAttribute("role", "toolbar");
      L.DomEvent.disableClickPropagation(this._bar);
      L.DomEvent.disableScrollPropagation(this._bar);
      this._said = L.DomUtil.create("p", "proximite-draw-said", this._bar);
      this._said.setAttribute("role", "status");
      this._buttons = {};
      const acts = {
        centre: () => this.add(map.getCenter()),
        undo: () => this._undo(),
        finish: () => this._finish(),
        clear: () => this._restart(),
      };
      for (const name of Object.keys(acts)) {
        const button = L.DomUtil.create("button", "proximite-draw-" + name, this._bar);
        button.type = "button";
        button.addEventListener("click", acts[name]);
        this._buttons[name] = button;
      }
    },

    _end: function () {
      if (!this._on) return;
      this._on = false;
      this._clear();
      this._layer.remove();
      this._cross.remove();
      this._bar.remove();
      this._map.doubleClickZoom.enable();
    },

    _speak: function () {
      this._bar.setAttribute("aria-label", this._words.toolbar);
      for (const name of Object.keys(this._buttons)) this._buttons[name].textContent = this._words[name];
    },

    _isNearFirst: function (latlng) {
      const first = this._map.latLngToContainerPoint(this._points[0]);
      return first.distanceTo(this._map.latLngToContainerPoint(latlng)) < CLOSING;
    },

    /* The last corner goes; a closed outline opens again first. */
    _undo: function () {
      if (this._closed) this._closed = false;
      else this._points.pop();
      this._redraw();
    },

    _clear: function () {
      this._points = [];
      this._closed = false;
    },

    _restart: function () {
      this._clear();
      this._redraw();
    },

    _finish: function () {
      if (this._closed || this._points.length < FEWEST || !window.Streamlit) return;
      this._closed = true;
      this._redraw();
      const round = (degrees) => Math.round(degrees * DIGITS) / DIGITS;
      const ring = this._points.map((point) => [round(point.lng), round(point.lat)]);
      ring.push(ring[0]);
      window.Streamlit.setComponentValue({ shape: { type: "Polygon", coordinates: [ring] }, n: Date.now() });
    },

    _redraw: function () {
      const style = { pane: "proximite-draw", color: LINE, weight: 3, fillOpacity: 0.15, interactive: false };
      this._layer.clearLayers();
      if (this._closed) L.polygon(this._points, style).addTo(this._layer);
      else if (this._points.length > 1) L.polyline(this._points, { ...style, fill: false }).addTo(this._layer);
      for (const point of this._points) {
        L.circleMarker(point, { ...style, radius: 5, fillColor: "#ffffff", fillOpacity: 1 }).addTo(this._layer);
      }
      const count = this._points.length;
      this._said.textContent = this._closed ? this._words.closed : this._words.said.replace("{n}", String(count));
      this._buttons.centre.disabled = this._closed;
      this._buttons.undo.disabled = count === 0;
      this._buttons.finish.disabled = this._closed || count < FEWEST;
      this._buttons.clear.disabled = count === 0;
      this._cross.hidden = this._closed;
      document.documentElement.dataset.corners = String(count);
    },
  });
})();
