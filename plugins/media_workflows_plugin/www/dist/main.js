import{_ as t}from"./shared-CWUThIUj.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DZwSoVYa.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
