import{_ as t}from"./shared-DAEq4An3.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BoaHq76u.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
