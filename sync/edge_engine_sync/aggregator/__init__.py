"""A leader, a helper and a collector of DAP-18 that speak HTTP between processes.

They are for laptops, tests and simulations, and for reading how the protocol goes; production is Janus
(``docs/deploy.md``). Everything is in the standard library and this package.

| module | what |
|---|---|
| ``messages`` ``pingpong`` | what aggregators and collectors say to each other |
| ``parties`` ``provision`` ``janus`` | tasks: one file for all, and what each party gets of it |
| ``verification`` ``noise`` | the computing: many reports at once, and the noise on a sum |
| ``database`` ``batches`` | what is kept, so that a killed process neither loses nor counts twice |
| ``intake`` ``jobs`` ``collections`` ``leader`` | the leader |
| ``helper`` | the helper |
| ``collector`` | the collector |
| ``server`` ``problems`` ``service`` | HTTP, and running a process |
"""
