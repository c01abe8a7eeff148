import{_ as t}from"./shared-D53-hx8H.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Cbuid1kj.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
