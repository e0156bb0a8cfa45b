/* Names on the map: as many as fit without touching, the most useful first. */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});
  const MOST = 70;
  const GAP = 4;
  const measure = document.createElement("canvas").getContext("2d");

  function overlaps(taken, box) {
    return taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1]);
  }

  proximite.Labels = L.Layer.extend({
    options: { pane: "proximite-labels" },

    initialize: function (options) {
      L.setOptions(this, options);
      this._sets = [];
    },

    /* sets: [{ shapes, kind, always, font, height }], the first placed first; `always` shows a name in a small
     * shape too; `height` is that of a line, in pixels. */
    show: function (sets, language) {
      this._sets = sets;
      this._language = language;
      if (this._map) this._place();
    },

    getEvents: function () {
      return { moveend: this._place, zoomstart: this._clear, resize: this._place };
    },

    onAdd: function () {
      this._root = L.DomUtil.create("div", "proximite-labels", this.getPane());
      this._root.setAttribute("aria-hidden", "true");
      this._place();
    },

    onRemove: function () {
      this._root.remove();
      this._root = null;
    },

    _clear: function () {
      this._root.textContent = "";
    },

    _place: function () {
      this._clear();
      const view = {
        scale: 256 * Math.pow(2, this._map.getZoom()),
        origin: this._map.getPixelOrigin(),
        bounds: L.bounds(
          this._map.containerPointToLayerPoint([0, 0]),
          this._map.containerPointToLayerPoint(this._map.getSize())
        ),
      };
      const taken = [];
      const written = new Set();
      for (const set of this._sets) this._placeSet(set, view, taken, written);
    },

    _placeSet: function (set, view, taken, written) {
      measure.font = set.font;
      for (const candidate of this._candidates(set, view)) {
        if (taken.length >= MOST) return;
        const name = candidate.shape.names[this._language];
        if (written.has(name)) continue;
        const half = measure.measureText(name).width / 2 + GAP;
        if (!set.always && candidate.width < half * 1.7) continue;
        const box = [candidate.x - half, candidate.y - set.height / 2, candidate.x + half, candidate.y + set.height / 2];
        if (overlaps(taken, box)) continue;
        taken.push(box);
        written.add(name);
        const label = L.DomUtil.create("span", "proximite-label proximite-label-" + set.kind, this._root);
        label.textContent = name;
        L.DomUtil.setPosition(label, L.point(candidate.x, candidate.y));
      }
    },

    _candidates: function (set, view) {
      const found = [];
      for (const shape of set.shapes) {
        if (shape.kind !== "area") continue;
        const x = shape.anchor[0] * view.scale - view.origin.x;
        const y = shape.anchor[1] * view.scale - view.origin.y;
        if (!view.bounds.contains([x, y])) continue;
        const width = (shape.box[2] - shape.box[0]) * view.scale;
        if (width < 24) continue;
        found.push({ shape: shape, x: Math.round(x), y: Math.round(y), width: width });
      }
      return found.sort((a, b) => b.width - a.width);
    },
  });
})();
