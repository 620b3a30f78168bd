#include <string.h>
#include "io/iop.h"
#include "services.h"
#include "io/leak.h"
#include "se/se.h"
void IopStopWorkers(void);
#define WEAK __attribute__((weak))
WEAK NTSTATUS NTAPI NtSetInformationFile(HANDLE a, IO_STATUS_BLOCK *b, void *c, ULONG d, FILE_INFORMATION_CLASS e){(void)a;(void)b;(void)c;(void)d;(void)e;return STATUS_NOT_IMPLEMENTED;}
WEAK NTSTATUS NTAPI NtQueryInformationFile(HANDLE a, IO_STATUS_BLOCK *b, void *c, ULONG d, FILE_INFORMATION_CLASS e){(void)a;(void)b;(void)c;(void)d;(void)e;return STATUS_NOT_IMPLEMENTED;}
WEAK NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE a, IO_STATUS_BLOCK *b, void *c, ULONG d, FS_INFORMATION_CLASS e){(void)a;(void)b;(void)c;(void)d;(void)e;return STATUS_NOT_IMPLEMENTED;}
WEAK SE_TOKEN *SeiSystemToken, *SeiAdministratorToken, *SeiUserToken;
WEAK SE_TOKEN *(*SeCurrentToken)(void);
WEAK SECURITY_DESCRIPTOR *SeiDeviceDescriptor(DEVICE_TYPE a, ULONG b){(void)a;(void)b;return NULL;}
WEAK NTSTATUS SeInitialize(void){ OBJECT_TYPE T; memset(&T,0,sizeof T); OBJECT_TYPE *R; ObiCreateType("Token",&T,&R); ObiCreateObject(R,sizeof(SE_TOKEN),0,(void**)&SeiSystemToken); SeiAdministratorToken=SeiUserToken=SeiSystemToken; return 0;}
WEAK void IopStopWorkers(void){}
WEAK void IopFreeDriverExtensions(DRIVER_OBJECT*a){(void)a;}
WEAK void NTAPI RtlMapGenericMask(ACCESS_MASK*a,const GENERIC_MAPPING*m){ if(*a&GENERIC_READ)*a|=m->GenericRead; if(*a&GENERIC_WRITE)*a|=m->GenericWrite; if(*a&GENERIC_ALL)*a|=m->GenericAll; *a&=0x0fffffff;}
