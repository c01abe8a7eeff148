import{_ as t}from"./shared--t8fQyan.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-efBNskSS.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
