import{_ as t}from"./shared-CocmoP-X.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Bid2QWwd.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
