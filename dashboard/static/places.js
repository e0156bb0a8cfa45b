/* Places (services) over the territories: one shape a category, gathered by a grid of pixels when they touch.
 *
 * Each category comes from its own address, named by its content: { category, title, mark, places }, a place being
 * [name, longitude, latitude, quality, date, detail, age, identifier].
 */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});
  const CELL = 52;
  const MOST_NAMES = 12;
  /* Several places of different categories. */
  const MIXED = { colour: "#3f3f46", path: "M11 1a10 10 0 1 1 0 20 10 10 0 0 1 0-20z" };

  /* How much of a mark is inked tells its age, without a colour: all, the left half, the edge, a broken edge. */
  const FULL = "fresh";
  const HALF = "ageing";
  const HOLLOW = "stale";
  const APPROXIMATE = ["postal_code", "municipality"];

  function path(mark, inks) {
    return '<path d="' + mark.path + '" ' + inks + ' stroke-width="2" stroke-linejoin="round"/>';
  }

  /* One place is a mark inked by its age; several are a white mark edged with its colour, to hold a number. */
  function svg(mark, size, age, approximate) {
    const edge = 'fill="#fff" stroke="' + mark.colour + '"';
    const shapes = {};
    shapes[FULL] = path(mark, 'fill="' + mark.colour + '" stroke="#fff"');
    shapes[HALF] = path(mark, edge) +
      '<svg x="-1.5" y="-1.5" width="12.5" height="25" viewBox="-1.5 -1.5 12.5 25">' + path(mark, 'fill="' + mark.colour + '"') + "</svg>";
    shapes[HOLLOW] = path(mark, edge);
    const ring = '<circle cx="11" cy="11" r="14" fill="none" stroke="' + mark.colour + '" stroke-width="1.5" stroke-dasharray="2 2.5"/>';
    return (
      '<svg viewBox="-1.5 -1.5 25 25" width="' + size + '" height="' + size + '" aria-hidden="true" focusable="false" overflow="visible">' +
      (shapes[age] || path(mark, edge + ' stroke-dasharray="3 2.5"')) + (approximate ? ring : "") + "</svg>"
    );
  }

  function line(parent, className, content) {
    L.DomUtil.create("div", className, parent).textContent = content;
  }

  proximite.Places = L.LayerGroup.extend({
    /* sets: decoded categories; words: sentences in the reader's language. */
    show: function (sets, words) {
      this._words = words;
      this._places = sets.flatMap((set) =>
        set.places.map(function (place) {
          const at = proximite.mercator(place[1], place[2]);
          return {
            category: set.category, mark: set.mark, title: set.title, name: place[0], quality: place[3], date: place[4],
            detail: place[5], age: place[6], id: place[7],
            latlng: L.latLng(place[2], place[1]), x: at[0], y: at[1],
          };
        })
      );
      if (this._map) this._gather();
    },

    getEvents: function () {
      return { moveend: this._refresh };
    },

    onAdd: function (map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      this._gather();
    },

    /* Rebuilding under an open popup would close it while it is read. */
    _refresh: function () {
      if (!this._open) this._gather();
    },

    _gather: function () {
      this._open = null;
      const scale = 256 * Math.pow(2, this._map.getZoom());
      const view = this._map.getBounds().pad(0.15);
      const cells = new Map();
      for (const place of this._places || []) {
        if (!view.contains(place.latlng)) continue;
        const key = Math.floor((place.x * scale) / CELL) + ":" + Math.floor((place.y * scale) / CELL);
        if (cells.has(key)) cells.get(key).push(place);
        else cells.set(key, [place]);
      }
      this.clearLayers();
      for (const places of cells.values()) this.addLayer(this._marker(places));
    },

    _marker: function (places) {
      const one = places.length === 1;
      const label = one
        ? [places[0].name, places[0].title, this._words.age[places[0].age]].filter(Boolean).join(", ")
        : this._summary(places);
      const marker = L.marker(one ? places[0].latlng : this._middle(places), {
        icon: this._icon(places),
        keyboard: true,
        riseOnHover: true,
        pane: "proximite-places",
      });
      marker.on("add", function () {
        marker.getElement().setAttribute("aria-label", label);
      });
      marker.bindTooltip(this._tooltip(places), { className: "proximite-place-tip", direction: "top", offset: [0, -10] });
      if (one || this._together(places)) {
        marker.bindPopup(() => this._popup(places), { maxHeight: 220, maxWidth: 280, autoPanPadding: [12, 12] });
        marker.on("popupopen", () => (this._open = marker));
        marker.on("popupclose", () => this._closed(marker));
      } else {
        marker.on("click", () => this._map.fitBounds(L.latLngBounds(places.map((p) => p.latlng)), { padding: [60, 60] }));
      }
      return marker;
    },

    /* The map may have moved under the popup. */
    _closed: function (marker) {
      if (this._open !== marker) return;
      this._open = null;
      L.Util.requestAnimFrame(function () {
        if (this._map && !this._open) this._gather();
      }, this);
    },

    _middle: function (places) {
      const sum = places.reduce((s, p) => [s[0] + p.latlng.lat, s[1] + p.latlng.lng], [0, 0]);
      return L.latLng(sum[0] / places.length, sum[1] / places.length);
    },

    /* Places at one address, or that no further zoom would part. */
    _together: function (places) {
      const bounds = L.latLngBounds(places.map((p) => p.latlng));
      const apart = this._map.project(bounds.getNorthEast(), this._map.getMaxZoom())
        .distanceTo(this._map.project(bounds.getSouthWest(), this._map.getMaxZoom()));
      return apart < CELL || this._map.getZoom() >= this._map.getMaxZoom();
    },

    _icon: function (places) {
      const categories = new Set(places.map((place) => place.category));
      const mark = categories.size === 1 ? places[0].mark : MIXED;
      if (places.length === 1) {
        return L.divIcon({ className: "proximite-place", html: svg(mark, 22, places[0].age, APPROXIMATE.includes(places[0].quality)), iconSize: [24, 24] });
      }
      const size = places.length < 10 ? 28 : places.length < 100 ? 32 : 38;
      const html = svg(mark, size, HOLLOW, false) + '<span class="proximite-count">' + places.length + "</span>";
      return L.divIcon({ className: "proximite-place proximite-cluster", html: html, iconSize: [size, size] });
    },

    _summary: function (places) {
      const counts = new Map();
      for (const place of places) counts.set(place.title, (counts.get(place.title) || 0) + 1);
      return Array.from(counts, ([title, count]) => title + this._words.colon + count).join(" · ");
    },

    _tooltip: function (places) {
      const box = L.DomUtil.create("div");
      if (places.length > 1) line(box, "proximite-tip-value", this._summary(places));
      for (const place of places.slice(0, 4)) line(box, "proximite-tip-name", place.name);
      if (places.length === 1) line(box, "proximite-tip-value", places[0].title);
      if (places.length > 4) line(box, "proximite-tip-value", "…");
      return box;
    },

    /* The frame may not leave its page: the link opens beside it. */
    _report: function (place) {
      const link = L.DomUtil.create("a", "proximite-report");
      link.href = this._words.reportAddress + encodeURIComponent(place.id);
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = this._words.report;
      return link;
    },

    _popup: function (places) {
      const box = L.DomUtil.create("div", "proximite-popup");
      for (const place of places.slice(0, MOST_NAMES)) {
        line(box, "proximite-tip-name", place.name);
        line(box, "proximite-tip-value", place.title);
        if (place.detail) line(box, "proximite-tip-value", place.detail);
        const age = this._words.age[place.age];
        const dated = place.date ? this._words.sourceDate + this._words.colon + place.date : "";
        line(box, "proximite-tip-value", [dated, age].filter(Boolean).join(" · "));
        const quality = this._words.quality[place.quality];
        if (quality) line(box, "proximite-tip-value", quality);
        if (place.id) box.appendChild(this._report(place));
      }
      if (places.length > MOST_NAMES) line(box, "proximite-tip-value", "+ " + (places.length - MOST_NAMES));
      return box;
    },
  });
})();
