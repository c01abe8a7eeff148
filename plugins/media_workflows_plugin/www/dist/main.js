import{_ as t}from"./shared-Bhnhp-qa.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-D98X3SEJ.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
