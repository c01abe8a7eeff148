<<<<<<<< HEAD:plugins/media_workflows_plugin/www/dist/LimitFields-BBt5Cxdk.js
import{j as m,r as t,d0 as e}from"./shared-D53-hx8H.js";const a={type:"integer",minimum:1,maximum:1e3},n={type:"integer",minimum:1,maximum:6e3};function r({atOnce:i=2}){return m.jsxs(t.SimpleGrid,{columns:{base:1,md:2},gap:4,children:[m.jsx(e,{path:"limits.max_at_once",name:"max_at_once",schema:{...a,default:i}}),m.jsx(e,{path:"limits.per_minute",name:"per_minute",schema:n})]})}export{r as L};
========
import{j as m,r as t,d3 as e}from"./shared-CJN0NEva.js";const a={type:"integer",minimum:1,maximum:1e3},n={type:"integer",minimum:1,maximum:6e3};function r({atOnce:i=2}){return m.jsxs(t.SimpleGrid,{columns:{base:1,md:2},gap:4,children:[m.jsx(e,{path:"limits.max_at_once",name:"max_at_once",schema:{...a,default:i}}),m.jsx(e,{path:"limits.per_minute",name:"per_minute",schema:n})]})}export{r as L};
>>>>>>>> h-k17:plugins/media_workflows_plugin/www/dist/LimitFields-C90X5bE5.js
