/* TopoJSON to shapes ready to draw.
 *
 * A shape is { id, names: {fr, en}, kind, rings, box, anchor, order }:
 *   kind    "area", "point" or null (a territory without a shape keeps its place in the order);
 *   rings   [Float64Array x0, y0, x1, y1, …] in Mercator units, where the world is a square of side 1;
 *   box     [west, north, east, south] in the same units;
 *   anchor  [x, y] where a name can be written, inside the largest ring.
 * Mercator units are reached once; drawing at a zoom is then one multiplication a point.
 */
(function () {
  "use strict";
  const proximite = (window.proximite = window.proximite || {});

  function mercator(longitude, latitude) {
    const sine = Math.sin((latitude * Math.PI) / 180);
    return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  }

  function decodeArc(arc, transform) {
    const points = new Float64Array(arc.length * 2);
    let x = 0;
    let y = 0;
    arc.forEach(function (step, i) {
      x += step[0];
      y += step[1];
      const place = mercator(
        x * transform.scale[0] + transform.translate[0],
        y * transform.scale[1] + transform.translate[1]
      );
      points[2 * i] = place[0];
      points[2 * i + 1] = place[1];
    });
    return points;
  }

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        if (ring[i] < box[0]) box[0] = ring[i];
        if (ring[i] > box[2]) box[2] = ring[i];
        if (ring[i + 1] < box[1]) box[1] = ring[i + 1];
        if (ring[i + 1] > box[3]) box[3] = ring[i + 1];
      }
    }
    return box;
  }

  /* The middle of the longest horizontal cut through the largest ring: always inside, unlike a centroid. */
  function anchorOf(rings) {
    let largest = rings[0];
    let size = -1;
    for (const ring of rings) {
      const box = boxOf([ring]);
      const area = (box[2] - box[0]) * (box[3] - box[1]);
      if (area > size) {
        size = area;
        largest = ring;
      }
    }
    const box = boxOf([largest]);
    const best = { width: -1, at: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] };
    for (const share of [0.5, 0.4, 0.6]) {
      const y = box[1] + (box[3] - box[1]) * share;
      const cuts = crossings(rings, y);
      for (let i = 0; i + 1 < cuts.length; i += 2) {
        const width = cuts[i + 1] - cuts[i];
        if (width > best.width * 1.3) {
          best.width = width;
          best.at = [(cuts[i] + cuts[i + 1]) / 2, y];
        }
      }
    }
    return best.at;
  }

  function crossings(rings, y) {
    const found = [];
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const a = ring[i + 1];
        const b = ring[j + 1];
        if (a > y !== b > y) found.push(ring[i] + ((y - a) / (b - a)) * (ring[j] - ring[i]));
      }
    }
    return found.sort((a, b) => a - b);
  }

  function ringsOf(geometry, arcs) {
    if (geometry.type === "Polygon") return geometry.arcs.map((ring) => arcs[ring[0]]);
    return geometry.arcs.flatMap((polygon) => polygon.map((ring) => arcs[ring[0]]));
  }

  proximite.decode = function (topology) {
    const transform = topology.transform;
    const arcs = topology.arcs.map((arc) => decodeArc(arc, transform));
    return topology.objects.territories.geometries.map(function (geometry, order) {
      const shape = { id: geometry.id, names: { fr: geometry.properties.fr, en: geometry.properties.en || geometry.properties.fr }, kind: null, rings: [], box: null, order: order };
      if (geometry.type === "Point") {
        const place = decodeArc([geometry.coordinates], transform);
        shape.kind = "point";
        shape.anchor = [place[0], place[1]];
        shape.box = [place[0], place[1], place[0], place[1]];
      } else if (geometry.type) {
        shape.kind = "area";
        shape.rings = ringsOf(geometry, arcs);
        shape.box = boxOf(shape.rings);
        shape.anchor = anchorOf(shape.rings);
      }
      return shape;
    });
  };

  /* Whether a place (Mercator units) is inside a shape; holes count as outside. */
  proximite.contains = function (shape, x, y) {
    const box = shape.box;
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
    let inside = false;
    for (const ring of shape.rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const a = ring[i + 1];
        const b = ring[j + 1];
        if (a > y !== b > y && x < ring[i] + ((y - a) / (b - a)) * (ring[j] - ring[i])) inside = !inside;
      }
    }
    return inside;
  };

  proximite.mercator = mercator;
})();
