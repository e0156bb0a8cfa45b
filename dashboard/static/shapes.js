/* One canvas that draws all the shapes of a level, in their order, and is repainted by changing bytes.
 *
 * It extends L.Renderer, Leaflet's base for vector renderers, which moves and scales the container while the
 * map pans and zooms. No Leaflet object is made for a shape: thousands of them would cost more than drawing.
 */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});
  const NO_DATA = 255;
  const HIDDEN = 254;
  const HATCH_STEP = 8;
  /* Points nearer than this to the last one drawn, in pixels, add nothing. */
  const FINEST = 0.6;

  function hatch(context, ground, line, back) {
    const tile = document.createElement("canvas");
    const scale = window.devicePixelRatio > 1 ? 2 : 1;
    tile.width = tile.height = HATCH_STEP * scale;
    const ink = tile.getContext("2d");
    ink.scale(scale, scale);
    ink.fillStyle = ground;
    ink.fillRect(0, 0, HATCH_STEP, HATCH_STEP);
    ink.strokeStyle = line;
    ink.lineWidth = 1.2;
    ink.beginPath();
    for (const shift of [-HATCH_STEP, 0, HATCH_STEP]) {
      ink.moveTo(back ? HATCH_STEP + shift : shift, 0);
      ink.lineTo(back ? shift : HATCH_STEP + shift, HATCH_STEP);
    }
    ink.stroke();
    const pattern = context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, 0, 0]));
    return pattern;
  }

  proximite.Shapes = L.Renderer.extend({
    options: { padding: 0.25, stroke: "#ffffff", strokeWidth: 0.8, filled: true, chosenWidth: 3 },

    initialize: function (shapes, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._shapes = shapes;
      this._classes = new Uint8Array(shapes.length).fill(NO_DATA);
      this._fills = [];
      this._selected = null;
      this._byId = new Map(shapes.map((shape) => [shape.id, shape]));
    },

    /* Change what every shape looks like; nothing is sent or built again. */
    paint: function (classes, palette, selected) {
      this._classes = classes;
      this._palette = palette;
      this._selected = this._byId.get(selected) || null;
      this._fills = [];
      if (this._map) this._draw();
    },

    shape: function (id) {
      return this._byId.get(id) || null;
    },

    classOf: function (shape) {
      const value = this._classes[shape.order];
      return value === undefined ? NO_DATA : value;
    },

    /* The shape under a place, the last drawn first. */
    at: function (latlng) {
      const place = proximite.mercator(latlng.lng, latlng.lat);
      const reach = (this._radius() + 3) / this._worldSize();
      for (let i = this._shapes.length - 1; i >= 0; i--) {
        const shape = this._shapes[i];
        if (shape.kind === "area" && proximite.contains(shape, place[0], place[1])) return shape;
        if (
          shape.kind === "point" &&
          Math.hypot(shape.anchor[0] - place[0], shape.anchor[1] - place[1]) < reach
        ) {
          return shape;
        }
      }
      return null;
    },

    _worldSize: function () {
      return 256 * Math.pow(2, this._map.getZoom());
    },

    /* Places without a polygon grow with the zoom, from a dot to a disc. */
    _radius: function () {
      return Math.min(7, Math.max(1.8, 1.8 * Math.pow(1.36, this._map.getZoom() - 7)));
    },

    _initContainer: function () {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
      this._context = this._container.getContext("2d");
    },

    _destroyContainer: function () {
      L.DomUtil.remove(this._container);
      this._container = null;
      this._context = null;
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const density = L.Browser.retina ? 2 : 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = density * size.x;
      this._container.height = density * size.y;
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this._context.scale(density, density);
      this._context.translate(-this._bounds.min.x, -this._bounds.min.y);
      this._fills = [];
      this._draw();
      this.fire("update");
    },

    _draw: function () {
      const context = this._context;
      const bounds = this._bounds;
      if (!context || !bounds) return;
      context.clearRect(bounds.min.x, bounds.min.y, bounds.max.x - bounds.min.x, bounds.max.y - bounds.min.y);
      const view = this._view();
      context.lineJoin = "round";
      const radius = this._radius();
      for (const shape of this._shapes) {
        if (!shape.kind || !this._inView(shape.box, view, radius)) continue;
        this._trace(shape, view, radius);
        if (this.options.filled) {
          context.fillStyle = this._fill(this.classOf(shape));
          context.fill("evenodd");
        }
        // A dot of the lightest class would melt into the ground without an edge of its own.
        context.strokeStyle = shape.kind === "point" ? "#5b646c" : this.options.stroke;
        context.lineWidth = shape.kind === "point" ? 0.5 : this.options.strokeWidth * this._lineScale();
        context.stroke();
      }
      if (this._selected && this._selected.kind) this._drawSelected(view, radius);
    },

    /* Borders would cover small shapes when the whole province is in view. */
    _lineScale: function () {
      return Math.min(1.4, Math.max(0.35, (this._map.getZoom() - 3) / 6));
    },

    /* From Mercator units to the pixels of the layer: x * scale + left. */
    _view: function () {
      const scale = this._worldSize();
      const origin = this._map.getPixelOrigin();
      return { scale: scale, left: -origin.x, top: -origin.y, bounds: this._bounds };
    },

    _inView: function (box, view, margin) {
      const bounds = view.bounds;
      return (
        box[2] * view.scale + view.left >= bounds.min.x - margin &&
        box[0] * view.scale + view.left <= bounds.max.x + margin &&
        box[3] * view.scale + view.top >= bounds.min.y - margin &&
        box[1] * view.scale + view.top <= bounds.max.y + margin
      );
    },

    _trace: function (shape, view, radius) {
      const context = this._context;
      context.beginPath();
      if (shape.kind === "point") {
        const x = shape.anchor[0] * view.scale + view.left;
        context.arc(x, shape.anchor[1] * view.scale + view.top, radius, 0, 2 * Math.PI);
        return;
      }
      for (const ring of shape.rings) this._traceRing(ring, view);
    },

    _traceRing: function (ring, view) {
      const context = this._context;
      let lastX = ring[0] * view.scale + view.left;
      let lastY = ring[1] * view.scale + view.top;
      context.moveTo(lastX, lastY);
      for (let i = 2; i < ring.length - 2; i += 2) {
        const x = ring[i] * view.scale + view.left;
        const y = ring[i + 1] * view.scale + view.top;
        if (Math.abs(x - lastX) + Math.abs(y - lastY) < FINEST) continue;
        context.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      context.closePath();
    },

    _drawSelected: function (view, radius) {
      this._trace(this._selected, view, radius + 2);
      this._context.strokeStyle = "#ffffff";
      this._context.lineWidth = 2 * this.options.chosenWidth;
      this._context.stroke();
      this._context.strokeStyle = "#101418";
      this._context.lineWidth = this.options.chosenWidth;
      this._context.stroke();
    },

    _fill: function (value) {
      if (this._fills[value] === undefined) this._fills[value] = this._makeFill(value);
      return this._fills[value];
    },

    _makeFill: function (value) {
      const palette = this._palette;
      if (!palette) return "#f4f5f6";
      if (value === HIDDEN) return hatch(this._context, "#ffffff", palette.hiddenLine, true);
      if (value === NO_DATA) return hatch(this._context, "#ffffff", palette.noDataLine, false);
      const colour = palette.colours[value] || "#f4f5f6";
      return (palette.marked || []).includes(value) ? hatch(this._context, colour, "#ffffff", false) : colour;
    },
  });

  proximite.NO_DATA = NO_DATA;
  proximite.HIDDEN = HIDDEN;
})();
