import{_ as t}from"./shared-D8333B5C.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CduMwT6I.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
