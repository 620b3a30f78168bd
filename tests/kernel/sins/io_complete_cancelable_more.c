*/
#include "io_complete_cancelable.c" /* with other flags another code */
