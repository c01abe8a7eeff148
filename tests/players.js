// What a viewer does, in each player: an object of a player has `load`, `rung` (by its width), `audio` and `text` (by
// language), `widths`, and `picture`, the one that it shows for a moment of scrubbing: [url, left, top, width, height].

let limitMs = 45_000;
const video = document.querySelector('video');
const cues = () => [...video.textTracks].filter(one => one.mode === 'showing')
  .flatMap(one => [...(one.activeCues || [])]).map(one => one.text).join();

let analyser = null;

function listen() {
  const context = new AudioContext({sinkId: {type: 'none'}});
  analyser = new AnalyserNode(context, {fftSize: 4096, smoothingTimeConstant: 0});
  context.createMediaElementSource(video).connect(analyser).connect(context.destination);
  video.muted = false;
}

function pitch() {
  const bins = new Uint8Array(analyser?.frequencyBinCount || 0);
  analyser?.getByteFrequencyData(bins);
  const loudest = bins.reduce((best, level, bin) => (level > bins[best] ? bin : best), 0);
  return analyser ? Math.round(loudest * analyser.context.sampleRate / analyser.fftSize) : 0;
}

async function until(expected, check) {
  for (const end = Date.now() + limitMs; !check(); await new Promise(done => setTimeout(done, 50))) {
    const state = `${video.currentTime} s, ${video.videoWidth} px, '${cues()}', ${pitch()} Hz`;
    if (Date.now() > end) throw new Error(`not ${expected} within ${limitMs} ms, but ${state}`);
  }
}

const plays = (from, width) => until(
  `played from ${from} s with ${width || 'any'} px`,
  () => video.currentTime > from + 0.3 && !video.seeking && (!width || video.videoWidth === width),
);

async function pitchIs(hz) {
  await until(`a pitch of ${hz} Hz`, () => Math.abs(pitch() - hz) < 0.05 * hz);
  return hz;
}

async function read(text) {
  await until(`read '${text}'`, () => cues() === text && video.readyState > 1 && !video.seeking);
  return text;
}

function hlsJs(config = {}) {
  const hls = new Hls({maxBufferLength: 1, ...config});
  let frames = null;
  return {
    load: (url) => new Promise((done, fail) => {
      hls.on(Hls.Events.MANIFEST_PARSED, done);
      hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) fail(new Error(error.details)); });
      hls.loadSource(url); hls.attachMedia(video);
    }),
    fails: (done) => hls.on(Hls.Events.ERROR, (_, error) => {
      if (error.fatal || error.details.startsWith('frag')) done(error.details);
    }),
    widths: () => hls.levels.map(one => one.width),
    rung: (width) => { hls.currentLevel = hls.levels.findIndex(one => one.width === width); },
    audio: (language) => { hls.audioTrack = hls.audioTracks.findIndex(one => one.lang === language); },
    text: (language) => {
      hls.subtitleDisplay = true; hls.subtitleTrack = hls.subtitleTracks.findIndex(one => one.lang === language);
    },
    picture: async (time) => {  // of the I-frame playlists, in a video beside the player's: it ignores image playlists
      const {small, scrubber} = frames ||= await iFrames(hls);
      scrubber.loadMediaAt(time);
      await until(`at an I-frame of ${time} s`,
        () => Math.abs(small.currentTime - time) < 0.1 && !small.seeking && small.readyState > 1);
      await new Promise(done => setTimeout(done, 300));  // until it is painted: no event reports that
      const canvas = Object.assign(document.createElement('canvas'), {width: 160, height: 90});
      canvas.getContext('2d').drawImage(small, 0, 0, 160, 90);
      return [canvas.toDataURL(), 0, 0, 160, 90];
    },
  };
}

async function iFrames(hls) {
  const small = document.body.appendChild(Object.assign(document.createElement('video'), {muted: true}));
  const scrubber = hls.createIFramePlayer();
  const ready = ['MEDIA_ATTACHED', 'LEVEL_LOADED'].map(one => new Promise(done => scrubber.once(Hls.Events[one], done)));
  scrubber.attachMedia(small); scrubber.startLoad(0);
  await Promise.all(ready);
  return {small, scrubber};
}

function shakaPlayer(keys, bufferingGoal = 1) {
  const player = new shaka.Player();
  player.configure({abr: {enabled: false}, streaming: {bufferingGoal}, drm: {clearKeys: keys}});
  const active = () => player.getVariantTracks().find(one => one.active);
  return {
    load: async (url) => { await player.attach(video); await player.load(url); },
    fails: (done) => player.addEventListener('error', event => done(`Shaka ${event.detail.code}`)),
    widths: () => [...new Set(player.getVariantTracks().map(one => one.width))].sort((a, b) => a - b),
    rung: (width) => player.selectVariantTrack(
      player.getVariantTracks().find(one => one.width === width && one.language === active().language), true),
    audio: (language) => player.selectAudioTrack(player.getAudioTracks().find(one => one.language === language)),
    text: (language) => player.selectTextTrack(player.getTextTracks().find(one => one.language === language)),
    picture: async (time) => {
      const [track] = player.getImageTracks(), one = await player.getThumbnails(track.id, time);
      return [one.uris[0], one.positionX, one.positionY, one.width, one.height];
    },
  };
}

function dashJs(keys) {
  const player = dashjs.MediaPlayer().create(), base64 = (digits) => btoa(String.fromCharCode(
    ...digits.match(/../g).map(two => parseInt(two, 16)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  const clearkeys = Object.fromEntries(Object.entries(keys).map(pair => pair.map(base64)));
  player.updateSettings({streaming: {abr: {autoSwitchBitrate: {video: false}, initialBitrate: {video: 1}}}});
  let texts = [];
  player.on('allTextTracksAdded', ({tracks}) => { texts = tracks; });
  return {
    startsItself: true,
    load: (url) => new Promise((done, fail) => {
      player.on('streamInitialized', done); player.on('error', ({error}) => fail(new Error(`dash.js ${error.code}`)));
      if (Object.keys(keys).length) player.setProtectionData({'org.w3.clearkey': {clearkeys}});
      player.initialize(video, url, true);
    }),
    fails: (done) => player.on('error', ({error}) => done(`dash.js ${error.code}`)),
    widths: () => player.getRepresentationsByType('video').map(one => one.width),
    rung: (width) => player.setRepresentationForTypeByIndex(
      'video', player.getRepresentationsByType('video').findIndex(one => one.width === width), true),
    audio: (language) => player.setCurrentTrack(player.getTracksFor('audio').find(one => one.lang === language)),
    text: async (language) => {
      await until('given its text tracks', () => texts.length);
      player.setTextTrack(texts.findIndex(one => one.lang === language));
    },
    picture: async (time) => {
      const one = await new Promise(done => player.provideThumbnail(time, done));
      return [one.url, one.x, one.y, one.width, one.height];
    },
  };
}

// Play, seek, change the rung, the audio and the captions, and scrub; returns what was played and shown.
async function watch(player, url, {pitches, texts, moments}) {
  await player.load(url);
  await player.rung(160);
  listen();
  if (!player.startsItself) await video.play();
  await plays(0, 160);
  video.currentTime = 6.2; await plays(6.2, 160);
  await player.rung(320);
  video.currentTime = 1; await plays(1, 320);
  const found = {widths: player.widths(), length_s: Math.round(video.duration), pitches: [], read: [], pictures: []};
  const [[, first], ...others] = Object.entries(pitches);
  found.pitches.push(await pitchIs(first));
  for (const [language, hz] of others) {
    await player.audio(language);  // while it plays, as viewers do
    await pitchIs(hz);
    video.currentTime = 5; await plays(5, 320);
    found.pitches.push(await pitchIs(hz));
  }
  video.currentTime = 1;
  video.defaultPlaybackRate = video.playbackRate = 0.25;
  for (const [language, [early, late]] of Object.entries(texts)) {
    await player.text(language);
    found.read.push(await read(early));
    for (const [time, text] of [[6, late], [3.6, ''], [1, early]]) {
      video.currentTime = time; found.read.push(await read(text));
    }
  }
  video.pause();
  for (const time of moments) found.pictures.push(await player.picture(time));
  return found;
}

// Play from the beginning to the end of what is buffered already, so that only the media can be why it stalls.
async function playThrough(player, url, length) {
  const failed = new Promise((_, fail) => player.fails(problem => fail(new Error(problem))));
  const buffered = () => video.buffered.length && video.buffered.end(video.buffered.length - 1) > length - 0.2;
  const found = {stalls: 0};
  await Promise.race([player.load(url), failed]);
  await Promise.race([until('buffered', buffered), failed]);
  found.ranges = video.buffered.length;
  await video.play();
  video.addEventListener('waiting', () => { found.stalls += 1; });
  await Promise.race([until('at the end', () => video.currentTime > length - 0.5), failed]);
  return {...found};
}

// 'played', or the error of the player.
async function tryOut(player, url) {
  limitMs = 15_000;
  const failed = new Promise(player.fails), played = async () => {
    await player.load(url);
    if (!player.startsItself) video.play().catch(() => {});  // pending for ever where there is no key
    await plays(0);
    video.currentTime = 5; await plays(5);
    return 'played';
  };
  return await Promise.race([failed, played().catch(error => error.code ? `Shaka ${error.code}` : error.message)]);
}
