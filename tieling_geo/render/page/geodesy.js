// What the tools of a map reckon with: lengths and areas on the ellipsoid, plane coordinates and the
// shifted degrees of web maps. Places are {lat, lng} in degrees of CGCS2000.
"use strict";

tielingGeo.geodesy = (function () {
  // The ellipsoid of CGCS2000. That of WGS 84 is 0.1 mm thinner: no result here can tell them apart.
  const A_M = 6378137;
  const F = 1 / 298.257222101;
  const B_M = A_M * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const N = F / (2 - F);

  function radians(degrees) {
    return (degrees * Math.PI) / 180;
  }

  // Metres along the geodesic between two places (Vincenty 1975); NaN for almost opposite ends of
  // the earth, where the series does not come to rest.
  function distance(from, to) {
    const [sinU1, cosU1] = reduced(from.lat);
    const [sinU2, cosU2] = reduced(to.lat);
    const difference = radians(turned(to.lng - from.lng));
    let lambda = difference;
    for (let round = 0; round < 100; round += 1) {
      const east = cosU2 * Math.sin(lambda);
      const north = cosU1 * sinU2 - sinU1 * cosU2 * Math.cos(lambda);
      const sinSigma = Math.hypot(east, north);
      if (sinSigma === 0) return 0;
      const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * Math.cos(lambda);
      const sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = (cosU1 * cosU2 * Math.sin(lambda)) / sinSigma;
      const cos2Alpha = 1 - sinAlpha * sinAlpha;
      // On the equator both are nought.
      const cosMiddle = cos2Alpha > 1e-15 ? cosSigma - (2 * sinU1 * sinU2) / cos2Alpha : 0;
      const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
      const bend = cosMiddle + c * cosSigma * (2 * cosMiddle * cosMiddle - 1);
      const before = lambda;
      lambda = difference + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * bend);
      if (Math.abs(lambda - before) < 1e-13) return arc(sigma, cos2Alpha, cosMiddle);
    }
    return NaN;
  }

  function reduced(latitude) {
    const u = Math.atan((1 - F) * Math.tan(radians(latitude)));
    return [Math.sin(u), Math.cos(u)];
  }

  function turned(degrees) {
    return degrees - 360 * Math.round(degrees / 360);
  }

  function arc(sigma, cos2Alpha, cosMiddle) {
    const u2 = (cos2Alpha * (A_M * A_M - B_M * B_M)) / (B_M * B_M);
    const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const sinSigma = Math.sin(sigma);
    const cosSigma = Math.cos(sigma);
    const m2 = cosMiddle * cosMiddle;
    const third = (b / 6) * cosMiddle * (4 * sinSigma * sinSigma - 3) * (4 * m2 - 3);
    const bent = b * sinSigma * (cosMiddle + (b / 4) * (cosSigma * (2 * m2 - 1) - third));
    return B_M * a * (sigma - bent);
  }

  function length(points) {
    let sum = 0;
    for (let i = 1; i < points.length; i += 1) sum += distance(points[i - 1], points[i]);
    return sum;
  }

  function perimeter(points) {
    return length(points.concat(points.slice(0, 1)));
  }

  // Square metres inside a ring. The ellipsoid is laid on the sphere of the same area, where each
  // side is a great circle. Measured against the true geodesics: 2e-6 of the area where the sides are
  // 10 km long, 2e-5 where they are 100 km.
  const POLE = belt(1);
  const AUTHALIC_M2 = (A_M * A_M * POLE) / 2;

  function belt(sine) {
    const log = Math.log((1 - E * sine) / (1 + E * sine));
    return (1 - E2) * (sine / (1 - E2 * sine * sine) - log / (2 * E));
  }

  function area(points) {
    const tangents = points.map((at) =>
      Math.tan(Math.asin(belt(Math.sin(radians(at.lat))) / POLE) / 2)
    );
    let excess = 0;
    points.forEach((at, i) => {
      const next = (i + 1) % points.length;
      const across = Math.tan(radians(turned(points[next].lng - at.lng)) / 2);
      const [t1, t2] = [tangents[i], tangents[next]];
      excess += 2 * Math.atan2(across * (t1 + t2), 1 + t1 * t2);
    });
    return Math.abs(excess) * AUTHALIC_M2;
  }

  // Says whether two sides of a ring cross: its area then means nothing.
  function crosses(points) {
    const side = (a, b, c) =>
      Math.sign((b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng));
    const cut = (a, b, c, d) =>
      side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
    return points.some((at, i) =>
      points.some((other, j) => {
        if (j <= i + 1) return false;
        return cut(at, points[i + 1], other, points[(j + 1) % points.length]);
      })
    );
  }

  // ---- plane coordinates: Gauss-Krueger by Krueger's series in the third flattening -----------

  const RECTIFYING_M = (A_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
  const KRUEGER = [
    N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
    (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
    (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
    (49561 / 161280) * N ** 4,
  ];
  const FALSE_EASTING_M = 500000;
  const FIRST_ZONE = 25;
  const LAST_ZONE = 45;

  function transverse(at, meridian) {
    const sine = Math.sin(radians(at.lat));
    const lambda = radians(at.lng - meridian);
    const t = Math.sinh(Math.atanh(sine) - E * Math.atanh(E * sine));
    const xi = Math.atan2(t, Math.cos(lambda));
    const eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, t));
    let [north, east] = [xi, eta];
    KRUEGER.forEach((factor, i) => {
      const twice = 2 * (i + 1);
      north += factor * Math.sin(twice * xi) * Math.cosh(twice * eta);
      east += factor * Math.cos(twice * xi) * Math.sinh(twice * eta);
    });
    return { east: FALSE_EASTING_M + RECTIFYING_M * east, north: RECTIFYING_M * north };
  }

  // The 3-degree zone of CGCS2000 in which a place lies; null outside zones 25 to 45.
  function plane(at) {
    const zone = Math.round(at.lng / 3);
    if (!(zone >= FIRST_ZONE && zone <= LAST_ZONE) || !(Math.abs(at.lat) < 85)) return null;
    const { east, north } = transverse(at, 3 * zone);
    const prefixed = zone * 1e6 + east;
    const codes = { epsg: 4509 + zone, prefixedEpsg: 4488 + zone };
    return { zone, meridian: 3 * zone, east, north, prefixed, ...codes };
  }

  // ---- GCJ-02, the shifted degrees of web maps: the published formula, as in tieling_geo.crs ----

  const KRASOVSKY_M = 6378245;
  const KRASOVSKY_E2 = 0.00669342162296594323;

  function waves(x, y, slow, slower) {
    const sine = (value) => Math.sin(Math.PI * value);
    const fast = 20 * sine(6 * x) + 20 * sine(2 * x) + 20 * sine(y) + 40 * sine(y / 3);
    return ((fast + slow * sine(y / 12) + slower * sine(y / 30)) * 2) / 3;
  }

  // Outside the box in which map services shift places, a place stays where it is.
  function gcj02(at) {
    const isShifted = at.lng >= 72.004 && at.lng <= 137.8347 && at.lat >= 0.8293 && at.lat <= 55.8271;
    if (!isShifted) return { lat: at.lat, lng: at.lng };
    const x = at.lng - 105;
    const y = at.lat - 35;
    const root = Math.sqrt(Math.abs(x));
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves(x, x, 150, 300);
    const north =
      -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves(x, y, 160, 320);
    const w2 = 1 - KRASOVSKY_E2 * Math.sin(radians(at.lat)) ** 2;
    const across = (KRASOVSKY_M / Math.sqrt(w2)) * Math.cos(radians(at.lat));
    const along = (KRASOVSKY_M * (1 - KRASOVSKY_E2)) / w2 ** 1.5;
    const degrees = 180 / Math.PI;
    return { lat: at.lat + (north / along) * degrees, lng: at.lng + (east / across) * degrees };
  }

  return { distance, length, perimeter, area, crosses, plane, gcj02 };
})();
