import type { AnyRouter } from "@tanstack/react-router";

const storageKey = "sluice.place";

/**
 * Opens the page where the window was left, when it is opened without an address, and remembers from now on where it is.
 * The review sheet is not remembered: what it showed may be long gone, and nobody should meet a release unasked.
 */
export function keepPlace(router: AnyRouter, storage: Storage = localStorage): void {
  const isUnaddressed = router.history.location.pathname === "/";
  const left = read(storage);
  if (isUnaddressed && left) router.history.replace(left);
  router.subscribe("onResolved", ({ toLocation }) => {
    const search = new URLSearchParams(toLocation.searchStr);
    search.delete("review");
    const place = search.size > 0 ? `${toLocation.pathname}?${search}` : toLocation.pathname;
    try {
      storage.setItem(storageKey, place);
    } catch {
      // A full or refused storage costs the memory of the place, nothing else.
    }
  });
}

/** A path of the page's own, or nothing: storage is not trusted to lead elsewhere. */
function read(storage: Storage): string | null {
  try {
    const place = storage.getItem(storageKey);
    return place && /^\/[^/\\]/.test(place) ? place : null;
  } catch {
    return null;
  }
}
