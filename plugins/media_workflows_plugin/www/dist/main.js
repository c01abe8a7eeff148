import{_ as t}from"./shared-Bemut0nZ.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-O9v9jdRG.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
