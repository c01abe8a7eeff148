declare module "hls.js/light";
