*/
#include "pool_overrun.c" /* with other flags another code */
