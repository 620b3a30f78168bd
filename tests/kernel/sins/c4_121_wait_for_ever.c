*/
#include "c4_3b_wait_raised.c" /* with other flags another code */
