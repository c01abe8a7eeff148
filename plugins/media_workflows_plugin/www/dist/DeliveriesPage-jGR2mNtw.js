<<<<<<<< HEAD:plugins/media_workflows_plugin/www/dist/DeliveriesPage-jGR2mNtw.js
import{j as e,P as i,t as s,D as t}from"./shared-D48yLhoD.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
========
import{j as e,P as i,t as s,D as t}from"./shared-BLEEpufO.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
>>>>>>>> 5faf41a775ca786fa2195808a272ce840f8918dd:plugins/media_workflows_plugin/www/dist/DeliveriesPage-CtT4F_CP.js
