import{_ as t}from"./shared-BLEEpufO.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-SNAI2wDc.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
