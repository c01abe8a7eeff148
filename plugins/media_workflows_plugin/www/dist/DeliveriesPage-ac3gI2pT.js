<<<<<<<< HEAD:plugins/media_workflows_plugin/www/dist/DeliveriesPage-ac3gI2pT.js
import{j as e,P as i,t as s,D as t}from"./shared-D53-hx8H.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
========
import{j as e,P as i,t as s,D as t}from"./shared-CJN0NEva.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
>>>>>>>> h-k17:plugins/media_workflows_plugin/www/dist/DeliveriesPage-D3HntWJc.js
