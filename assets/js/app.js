// Everything here makes pages quicker for those with scripts; nothing depends on it.
document.body.classList.add("js-enabled");
