function e(s){const n=Number(s);return s.trim()!==""&&Number.isFinite(n)&&n>=0?n:null}export{e as s};
