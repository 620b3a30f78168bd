*/
#include "pool_free_paged_raised.c" /* with other flags another code */
