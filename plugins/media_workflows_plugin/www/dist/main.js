import{_ as t}from"./shared-9-ivL5Gq.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-D1Xg6odR.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
