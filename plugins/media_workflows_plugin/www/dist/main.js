import{_ as t}from"./shared-DN8SUNwO.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Bvesl27k.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
