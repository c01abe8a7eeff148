import{_ as t}from"./shared-8rA-9Wn_.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BWyDg-PC.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
