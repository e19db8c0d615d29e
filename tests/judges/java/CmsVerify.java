// Judges a detached CMS SignedData with BouncyCastle, called by tests/judges/cms-verify:
// `CmsVerify CMS.der CONTENT SIGNER.pem` writes the signer's certificate for the next judge.

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Base64;
import java.util.Collection;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public final class CmsVerify {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        try {
            byte[] content = Files.readAllBytes(Path.of(args[1]));
            // fromByteArray refuses bytes after the structure, which CMSSignedData would pass over.
            ContentInfo info = ContentInfo.getInstance(
                    ASN1Primitive.fromByteArray(Files.readAllBytes(Path.of(args[0]))));
            if (new CMSSignedData(info).getSignedContent() != null) {
                throw new IllegalArgumentException("the content is inside the CMS");
            }
            CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(content), info);
            if (cms.getSignerInfos().size() != 1) {
                throw new IllegalArgumentException("not one signer but " + cms.getSignerInfos().size());
            }
            SignerInformation signer = cms.getSignerInfos().iterator().next();
            @SuppressWarnings("unchecked")
            Collection<X509CertificateHolder> found = cms.getCertificates().getMatches(signer.getSID());
            if (found.size() != 1) {
                throw new IllegalArgumentException("not one certificate for the signer but " + found.size());
            }
            X509CertificateHolder certificate = found.iterator().next();
            Files.writeString(Path.of(args[2]), "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n");
            String error = "";
            try {
                if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate))) {
                    error = "the signature does not fit";
                }
            } catch (CMSException e) {
                error = String.valueOf(e.getMessage());
            }
            System.out.println("{\"valid\":" + error.isEmpty()
                    + ",\"subject\":" + VeraPdf.quote(certificate.getSubject().toString())
                    + ",\"digest\":" + VeraPdf.quote(signer.getDigestAlgOID())
                    + ",\"signature\":" + VeraPdf.quote(signer.getEncryptionAlgOID())
                    + ",\"error\":" + VeraPdf.quote(error) + "}");
            System.exit(error.isEmpty() ? 0 : 1);
        } catch (Exception e) {
            System.err.println("BouncyCastle could not judge " + args[0] + ": " + e);
            System.exit(2);
        }
    }
}
