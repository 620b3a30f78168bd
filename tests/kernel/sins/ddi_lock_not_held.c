*/
#include "c4_1007_not_acquired.c" /* with other flags another code */
