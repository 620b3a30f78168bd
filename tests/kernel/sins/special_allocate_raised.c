*/
#include "pool_paged_raised.c" /* with other flags another code */
