*/
#include "pool_free_twice.c" /* with other flags another code */
