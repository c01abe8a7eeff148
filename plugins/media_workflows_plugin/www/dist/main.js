import{_ as t}from"./shared-DH3to9Ge.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-yl8H-4Nk.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
