/* The map of a page: made once, then repainted. Python calls two functions: `attach` and `paint`. */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});
  const fetched = new Map();
  const NORTHERN_SHARE = 0.1;
  /* Degrees of latitude above which a level covers Québec and not a city; twice as many of longitude. */
  const FAR_APART = 6;
  /* A territory smaller than so many pixels has to be brought nearer. */
  const SPECK = 60;
  const calm = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* What a page kept on a disk holds in itself (`proximite.files`) is asked of nobody. */
  function take(address) {
    const held = proximite.files && proximite.files[address];
    if (held) return Promise.resolve(held);
    return fetch(address).then(function (response) {
      if (!response.ok) throw new Error(address + " " + response.status);
      return response.json();
    });
  }

  /* Each address is asked for once; a failure is forgotten so that the next paint may try again. */
  function fetchOnce(address, decode) {
    if (!fetched.has(address)) {
      const answer = take(address).then(decode);
      answer.catch(() => fetched.delete(address));
      fetched.set(address, answer);
    }
    return fetched.get(address);
  }

  function bytes(text) {
    return Uint8Array.from(window.atob(text), (character) => character.charCodeAt(0));
  }

  function latLng(x, y) {
    const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
    return L.latLng(latitude, (x - 0.5) * 360);
  }

  function boundsOf(box) {
    return L.latLngBounds(latLng(box[0], box[3]), latLng(box[2], box[1]));
  }

  /* Where territories are; over the whole of Québec, a few immense northern ones would make all the others too
   * small to see, so the northernmost tenth waits outside of the first view. */
  function openingOf(shapes) {
    const anchors = shapes.filter((shape) => shape.kind).map((shape) => shape.anchor);
    if (!anchors.length) return null;
    const all = around(anchors);
    if (all.getNorth() - all.getSouth() < FAR_APART) return all;
    const norths = anchors.map((anchor) => anchor[1]).sort((a, b) => a - b);
    const limit = norths[Math.floor(norths.length * NORTHERN_SHARE)];
    return around(anchors.filter((anchor) => anchor[1] >= limit));
  }

  function around(anchors) {
    return L.latLngBounds(anchors.map((anchor) => latLng(anchor[0], anchor[1]))).pad(0.04);
  }

  function pane(map, name, zIndex) {
    const made = map.createPane(name);
    made.style.zIndex = zIndex;
    made.style.pointerEvents = "none";
  }

  const Controller = L.Class.extend({
    initialize: function (map) {
      this._map = map;
      this._turn = 0;
      this._moved = false;
      this._clicked = null;
      pane(map, "proximite-shapes", 400);
      pane(map, "proximite-outline", 410);
      pane(map, "proximite-labels", 420);
      map.createPane("proximite-places").style.zIndex = 600;
      map.createPane("proximite-pins").style.zIndex = 610;
      this._labels = new proximite.Labels().addTo(map);
      this._places = new proximite.Places().addTo(map);
      this._draw = new proximite.Draw(map);
      this._point = new proximite.Point(map);
      this._pins = new proximite.Pins().addTo(map);
      this._tooltip = L.tooltip({ className: "proximite-tip", direction: "top", offset: [0, -8], sticky: true });
      this._notice = L.DomUtil.create("div", "proximite-notice", map.getContainer());
      this._notice.setAttribute("role", "status");
      map.on("mousemove", this._hover, this);
      map.on("mouseout movestart", this._unhover, this);
      map.on("click", this._click, this);
      map.on("dragstart", () => (this._moved = true));
      map.getContainer().addEventListener("wheel", () => (this._moved = true), { passive: true });
      // A map drawn while its page is hidden has no size: look again when it gets one.
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    },

    paint: function (order) {
      const turn = ++this._turn;
      this._speak(order);
      document.documentElement.classList.toggle("proximite-large", Boolean(order.large));
      this._basemap(order.basemap);
      const waiting = window.setTimeout(() => this._say(turn === this._turn ? order.words.loading : ""), 400);
      const areas = fetchOnce(order.geometry, proximite.decode);
      const outlines = order.outline ? fetchOnce(order.outline, proximite.decode).catch(() => []) : Promise.resolve([]);
      Promise.all([areas, outlines])
        .then(([shapes, outline]) => {
          if (turn !== this._turn) return;
          this._say("");
          this._show(order, shapes, outline);
        })
        .catch((failure) => {
          window.console.warn("proximite: " + failure.message);
          if (turn === this._turn) this._say(order.words.unavailable);
        })
        .finally(() => window.clearTimeout(waiting));
      this._showPlaces(order, turn);
      this._draw.show(order.draw);
      this._point.show(order.point);
      this._pins.show(order.pins || []);
    },

    _say: function (sentence) {
      this._notice.textContent = sentence;
      this._notice.hidden = !sentence;
    },

    /* Names, titles and buttons in the reader's language; the page around the frame too. */
    _speak: function (order) {
      const container = this._map.getContainer();
      container.setAttribute("role", "application");
      container.setAttribute("aria-label", order.title);
      container.setAttribute("aria-roledescription", order.words.map);
      document.documentElement.lang = order.language;
      try {
        window.parent.document.documentElement.lang = order.language;
        window.frameElement.title = order.title;
      } catch (error) {
        window.console.info("proximite: the page around the map is another site's");
      }
      if (this._language === order.language) return;
      this._language = order.language;
      if (this._zoom) this._zoom.remove();
      this._zoom = L.control.zoom({ zoomInTitle: order.words.zoomIn, zoomOutTitle: order.words.zoomOut }).addTo(this._map);
      this._zoom.getContainer().addEventListener("click", () => (this._moved = true));
    },

    _basemap: function (basemap) {
      if (this._tiles || !basemap) return;
      this._tiles = L.tileLayer(basemap.url, { attribution: basemap.attribution, maxZoom: 18 }).addTo(this._map);
      L.control.attribution({ prefix: false }).addAttribution(basemap.attribution).addTo(this._map);
    },

    _show: function (order, shapes, outline) {
      const other = shapes !== this._drawn;
      if (other) this._replace(shapes);
      this._order = order;
      this._layer.options.stroke = order.large ? "#343c44" : "#ffffff";
      this._layer.options.chosenWidth = order.large ? 5 : 3;
      this._layer.paint(bytes(order.classes), order.palette, order.selected);
      this._showOutline(outline, order.large);
      this._labels.show(this._labelSets(order, shapes, outline), order.language);
      this._look(order, other);
      document.documentElement.dataset.painted = String(this._turn);
    },

    _replace: function (shapes) {
      if (this._layer) this._layer.remove();
      this._drawn = shapes;
      this._layer = new proximite.Shapes(shapes, { pane: "proximite-shapes" });
      // The map needs a view before it takes a canvas.
      if (!this._map._loaded) this._map.setView([47, -71], 6);
      this._layer.addTo(this._map);
    },

    _showOutline: function (outline, large) {
      if (outline === this._outlined && large === this._outlinedLarge) return;
      this._outlinedLarge = large;
      if (this._outlineLayer) this._outlineLayer.remove();
      this._outlined = outline;
      this._outlineLayer = outline.length
        ? new proximite.Shapes(outline, { pane: "proximite-outline", filled: false, stroke: large ? "#000000" : "#59636c", strokeWidth: large ? 2 : 0.9 }).addTo(this._map)
        : null;
    },

    _labelSets: function (order, shapes, outline) {
      const chosen = shapes.filter((shape) => shape.id === order.selected);
      const font = getComputedStyle(this._map.getContainer()).fontFamily;
      const names = order.large ? "18px " : "12px ";
      const height = order.large ? 22 : 15;
      return [
        { shapes: chosen, kind: "chosen", always: true, height: height, font: "bold " + (order.large ? "21px " : "14px ") + font },
        { shapes: order.named ? shapes : [], kind: "area", always: false, height: height, font: names + font },
        { shapes: outline, kind: "outline", always: false, height: height, font: names + font },
      ];
    },

    /* Move only when the reader cannot see what was asked for: a repaint keeps the view. */
    _look: function (order, other) {
      const chosen = order.selected ? this._layer.shape(order.selected) : null;
      const news = order.selected !== this._lastSelected && order.selected !== this._clicked;
      this._lastSelected = order.selected;
      this._clicked = null;
      if (chosen && chosen.kind && (news || other)) {
        const bounds = boundsOf(chosen.box);
        if (other || !this._map.getBounds().contains(bounds) || this._isSpeck(chosen)) this._fit(bounds.pad(0.35), 12);
      } else if (other && !(this._moved && this._anyInView())) {
        const bounds = order.bounds
          ? L.latLngBounds([order.bounds[1], order.bounds[0]], [order.bounds[3], order.bounds[2]])
          : openingOf(this._drawn);
        if (!bounds) return;
        this._fit(bounds, 13);
        this._spareRoomToTheNorth(bounds);
      }
    },

    /* On a tall narrow screen, what is left beside the whole of Québec shows its north rather than what lies
     * south of it. */
    _spareRoomToTheNorth: function (bounds) {
      if (bounds.getEast() - bounds.getWest() < 2 * FAR_APART) return;
      const spare = this._map.getSize().y - this._map.latLngToContainerPoint(bounds.getSouthWest()).y - 10;
      if (spare > 0) this._map.panBy([0, -spare], { animate: false });
    },

    _isSpeck: function (shape) {
      const scale = 256 * Math.pow(2, this._map.getZoom());
      return Math.max(shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]) * scale < SPECK;
    },

    _fit: function (bounds, maxZoom) {
      this._map.fitBounds(bounds, { maxZoom: maxZoom, animate: !calm && this._framed === true });
      this._framed = true;
    },

    _anyInView: function () {
      const view = this._map.getBounds();
      return this._drawn.some((shape) => shape.kind && view.contains(latLng(shape.anchor[0], shape.anchor[1])));
    },

    _showPlaces: function (order, turn) {
      Promise.all(order.places.map((address) => fetchOnce(address, (set) => set).catch(() => null))).then((sets) => {
        if (turn !== this._turn) return;
        this._places.show(sets.filter(Boolean), order.words);
      });
    },

    _under: function (event) {
      return this._layer ? this._layer.at(event.latlng) : null;
    },

    _hover: function (event) {
      if (this._draw.isOn()) return this._unhover();
      if (event.originalEvent.target.closest(".leaflet-control, .leaflet-popup, .proximite-place")) return this._unhover();
      const shape = this._under(event);
      this._map.getContainer().style.cursor = this._point.isOn() ? "crosshair" : shape ? "pointer" : "";
      if (!shape) return this._unhover();
      this._tooltip.setLatLng(event.latlng);
      if (shape !== this._hovered) this._tooltip.setContent(this._describe(shape));
      if (!this._hovered) this._tooltip.addTo(this._map);
      this._hovered = shape;
    },

    _unhover: function () {
      this._tooltip.remove();
      this._hovered = null;
    },

    _describe: function (shape) {
      const box = L.DomUtil.create("div");
      const value = this._layer.classOf(shape);
      const words = this._order.words;
      L.DomUtil.create("div", "proximite-tip-name", box).textContent = shape.names[this._order.language];
      const said =
        value === proximite.HIDDEN ? words.hidden : value === proximite.NO_DATA ? words.noData : this._order.labels[value];
      L.DomUtil.create("div", "proximite-tip-value", box).textContent = said || words.noData;
      return box;
    },

    _click: function (event) {
      if (this._draw.isOn()) return this._draw.add(event.latlng);
      if (this._point.isOn()) return this._point.give(event.latlng);
      const shape = this._under(event);
      if (!shape) return;
      this._clicked = shape.id;
      if (proximite.onSelect) proximite.onSelect(shape.id);
      else if (window.Streamlit) window.Streamlit.setComponentValue({ territory: shape.id, n: Date.now() });
    },
  });

  proximite.attach = function (map) {
    map.proximite = new Controller(map);
  };

  proximite.paint = function (map, order) {
    map.proximite.paint(order);
  };
})();
