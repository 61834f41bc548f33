//! Tests of the manifest.

use super::*;

fn federation(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

fn files() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("expositions-2027.csv", b"code;libelle\nA1;Bruit\n".as_slice()),
        ("changements.csv", b"code;nature\n"),
    ]
}

fn manifest() -> Manifest {
    let mut entries: Vec<FileEntry> = files().iter().map(|(n, b)| FileEntry::of(n, b)).collect();
    entries[0].rows = Some(1);
    entries[0].list = Some("expositions".into());
    entries[0].version = Some("2027".into());
    entries[0].kind = Some("csv".into());
    Manifest {
        federation: "Fédération d'essai".into(),
        published: "2026-11-22T09:30:00.000Z".into(),
        files: entries,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_publication_signed_by_a_trusted_federation_is_read_back_in_the_order_of_its_files() {
    let signed = sign(&manifest(), &federation(1));
    let read = verify(&signed, &[federation(2).public(), federation(1).public()]).unwrap();
    assert_eq!(
        read.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["changements.csv", "expositions-2027.csv"]
    );
    assert_eq!(read.federation, "Fédération d'essai");
    read.check_files(files()).unwrap();
}

#[test]
fn the_order_in_which_files_were_listed_changes_no_byte() {
    let mut other = manifest();
    other.files.reverse();
    assert_eq!(sign(&manifest(), &federation(1)), sign(&other, &federation(1)));
}

#[test]
fn the_document_is_the_one_that_other_tools_can_write() {
    let one = Manifest { files: vec![FileEntry::of("a.csv", b"")], ..manifest() };
    let signed = text(&sign(&one, &federation(1)));
    assert!(signed.starts_with(
        "{\"format\":\"tronc-manifeste-1\",\"manifest\":{\"federation\":\"Fédération d'essai\",\"files\":[{\"bytes\":0,\
         \"name\":\"a.csv\",\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}],\
         \"published\":\"2026-11-22T09:30:00.000Z\"},\"signatures\":[{\"key\":\""
    ));
    let (_, inner) = signed.split_once("\"manifest\":").unwrap();
    let (inner, _) = inner.split_once(",\"signatures\"").unwrap();
    let made = signed.split('"').rfind(|s| s.len() == 128).unwrap();
    assert!(federation(1).public().signed(format!("tronc-manifeste-1\n{inner}").as_bytes(), made));
}

/// Every document that differs by one bit.
fn flipped(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    (0..bytes.len() * 8).map(|bit| {
        let mut altered = bytes.to_vec();
        altered[bit / 8] ^= 1 << (bit % 8);
        (bit, altered)
    })
}

#[test]
fn every_flipped_bit_and_every_cut_of_a_signed_manifest_is_refused() {
    let signed = sign(&manifest(), &federation(1));
    let trusted = [federation(1).public(), federation(2).public()];
    assert!(verify(&signed, &trusted).is_ok());
    for (bit, altered) in flipped(&signed) {
        assert!(verify(&altered, &trusted).is_err(), "bit {bit}: {}", String::from_utf8_lossy(&altered));
    }
    for cut in 0..signed.len() {
        assert!(verify(&signed[..cut], &trusted).is_err(), "cut at {cut}");
    }
    for more in [b" ".as_slice(), b"\n", b"{}"] {
        assert!(verify(&[&signed, more].concat(), &trusted).is_err());
    }
}

#[test]
fn with_two_signatures_a_flipped_bit_is_refused_or_only_makes_one_of_them_a_stranger_s() {
    let short = Manifest { files: vec![], ..manifest() };
    let signed = countersign(&sign(&short, &federation(1)), &federation(2)).unwrap();
    let trusted = [federation(1).public(), federation(2).public()];
    let read = verify(&signed, &trusted).unwrap();
    let mut strangers = 0;
    for (bit, altered) in flipped(&signed) {
        if let Ok(manifest) = verify(&altered, &trusted) {
            assert_eq!(manifest, read, "bit {bit}");
            let known = trusted.iter().filter(|k| text(&altered).contains(&k.id())).count();
            assert_eq!(known, 1, "bit {bit}");
            strangers += 1;
        }
    }
    assert!(strangers <= 2 * 16 * 8, "only the names of the keys");
}

#[test]
fn every_flipped_bit_of_a_file_is_refused() {
    let manifest = manifest();
    for (name, bytes) in files() {
        for (bit, altered) in flipped(bytes) {
            let verdict = manifest.check_file(name, &altered);
            assert!(matches!(verdict, Err(ManifestError::AlteredFile { .. })), "{name}, bit {bit}");
        }
    }
}

#[test]
fn a_size_that_is_not_the_file_s_is_refused_even_with_its_digest() {
    let mut lying = manifest();
    lying.files[0].bytes += 1;
    let (name, bytes) = files()[0];
    assert!(matches!(lying.check_file(name, bytes), Err(ManifestError::AlteredFile { .. })));
}

#[test]
fn a_missing_file_and_a_file_too_many_are_named() {
    let (manifest, mut given) = (manifest(), files());
    given.push(("intrus.csv", b""));
    assert_eq!(manifest.check_files(given), Err(ManifestError::ExtraFile("intrus.csv".into())));
    let mut given = files();
    given.pop();
    assert_eq!(manifest.check_files(given), Err(ManifestError::MissingFile("changements.csv".into())));
}

#[test]
fn a_stranger_s_signature_is_refused_by_the_name_of_its_key() {
    let signed = sign(&manifest(), &federation(3));
    assert_eq!(
        verify(&signed, &[federation(1).public()]),
        Err(ManifestError::UnknownKey(vec![federation(3).public().id()]))
    );
    assert!(verify(&signed, &[]).is_err());
}

#[test]
fn a_stranger_who_takes_the_name_of_a_trusted_key_is_refused() {
    let signed = text(&sign(&manifest(), &federation(3)));
    let usurped = signed.replace(&federation(3).public().id(), &federation(1).public().id());
    assert_eq!(
        verify(usurped.as_bytes(), &[federation(1).public()]),
        Err(ManifestError::BadSignature(federation(1).public().id()))
    );
}

#[test]
fn a_federation_that_changes_keys_signs_with_both_until_everyone_trusts_the_new_one() {
    let signed = countersign(&sign(&manifest(), &federation(1)), &federation(2)).unwrap();
    for trusted in [1, 2] {
        assert!(verify(&signed, &[federation(trusted).public()]).is_ok());
    }
    assert_eq!(text(&signed).matches("\"signature\"").count(), 2);
    assert_eq!(countersign(&signed, &federation(1)).unwrap(), signed);
    assert!(verify(&signed, &[federation(3).public()]).is_err());
}

#[test]
fn one_good_signature_does_not_excuse_a_bad_one() {
    let signed = text(&countersign(&sign(&manifest(), &federation(1)), &federation(2)).unwrap());
    let (good, other) = (
        signature(&manifest(), &federation(2)),
        sign(&Manifest { files: vec![], ..manifest() }, &federation(2)),
    );
    let wrong = text(&other).split('"').rfind(|s| s.len() == 128).unwrap().to_owned();
    let mixed = signed.replace(&good.signature, &wrong);
    assert_ne!(mixed, signed);
    assert_eq!(
        verify(mixed.as_bytes(), &[federation(1).public(), federation(2).public()]),
        Err(ManifestError::BadSignature(federation(2).public().id()))
    );
}

#[test]
fn a_later_format_is_named_and_an_unsigned_manifest_is_refused() {
    let later = br#"{"format":"tronc-manifeste-2","anything":[]}"#;
    assert_eq!(verify(later, &[]), Err(ManifestError::UnknownFormat("tronc-manifeste-2".into())));
    let unsigned = Document { format: FORMAT.into(), manifest: manifest(), signatures: vec![] }.bytes();
    assert_eq!(verify(&unsigned, &[federation(1).public()]), Err(ManifestError::UnknownKey(vec![])));
    assert!(matches!(verify(b"PK\x03\x04", &[]), Err(ManifestError::Unreadable(_))));
}

#[test]
fn a_name_that_leads_out_of_the_publication_is_refused_even_when_signed() {
    for name in ["../base.sqlite", "/etc/passwd", "a\\b", "", ".cache", "c:d", "a\nb"] {
        let bad = Manifest { files: vec![FileEntry::of(name, b"")], ..manifest() };
        assert_eq!(
            verify(&sign(&bad, &federation(1)), &[federation(1).public()]),
            Err(ManifestError::BadName(name.into()))
        );
    }
    let twice = FileEntry::of("a.csv", b"");
    let bad = Manifest { files: vec![twice.clone(), twice], ..manifest() };
    assert_eq!(
        verify(&sign(&bad, &federation(1)), &[federation(1).public()]),
        Err(ManifestError::RepeatedFile("a.csv".into()))
    );
}

#[test]
fn a_public_key_is_read_back_as_people_copy_it() {
    let key = federation(1).public();
    let text = key.to_string();
    let spaced = format!(" {} {}\n", &text[..32].to_uppercase(), &text[32..]);
    assert_eq!(spaced.parse(), Ok(key));
    assert_eq!(text[1..].parse::<PublicKey>(), Err(KeyError));
    assert_eq!(text.replace(&text[..1], "g").parse::<PublicKey>(), Err(KeyError));
    assert_eq!(key.id().len(), 16);
}

#[test]
fn the_keys_are_those_of_the_standard() {
    // RFC 8032, 7.1, test 1.
    let hex = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let mut seed = [0; 32];
    for (byte, pair) in seed.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    }
    let key = SigningKey::from_seed(&seed);
    assert_eq!(key.public().to_string(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert!(key.sign(b"").starts_with("e5564300c360ac729086e2cc806e828a"));
    assert!(!format!("{key:?}").contains("9d61"), "a signing key is never printed");
}

#[test]
fn each_refusal_says_what_happened_in_both_languages() {
    let errors = [
        ManifestError::Unreadable("x".into()),
        ManifestError::UnknownFormat("f".into()),
        ManifestError::Altered,
        ManifestError::UnknownKey(vec!["k".into()]),
        ManifestError::BadSignature("k".into()),
        ManifestError::RepeatedFile("n".into()),
        ManifestError::BadName("n".into()),
        ManifestError::AlteredFile { name: "n".into(), expected: "e".into(), found: "f".into() },
        ManifestError::MissingFile("n".into()),
        ManifestError::ExtraFile("n".into()),
    ];
    let french: BTreeSet<String> = errors.iter().map(ManifestError::sentence).collect();
    let english: BTreeSet<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!((french.len(), english.len()), (errors.len(), errors.len()));
    assert!(french.iter().all(|s| s.ends_with('.') && !s.contains('!')));
}
