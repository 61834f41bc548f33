//! `tronc service …` and `tronc user …`.

use std::io::BufRead as _;

use base::Period;
use guard::{NewAccount, Role};
use identite::{Rpps, Siren};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId};
use serde_json::json;
use store::Tx;

use super::{Outcome, open_place, print_json};
use crate::cli::{Place, Service, User};

pub(super) async fn service(place: &Place, command: Service) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().begin().await?;
    match command {
        Service::Set { name, siren, address, phone, email } => {
            let siren = Siren::parse(&siren).map_err(|_| {
                format!("`{siren}` is not a SIREN: nine digits, the last of which checks the others")
            })?;
            let service = organisation::Service {
                nom: name,
                siren: siren.as_str().to_owned(),
                adresse: address,
                telephone: phone,
                courriel: email,
                demonstration: false,
            };
            organisation::insert_service(&mut tx, &service).await?;
            tx.commit().await?;
            say!("The service is now `{}`.", service.nom);
        }
        Service::AddCentre { name, address, mobile } => {
            if organisation::centres(&mut tx).await?.iter().any(|c| c.nom == name) {
                return Err(format!("there is already a centre named `{name}`").into());
            }
            let id = CentreId::new(guard.new_id());
            organisation::insert_centre(&mut tx, &Centre { id, nom: name.clone(), adresse: address, mobile })
                .await?;
            tx.commit().await?;
            say!("Centre `{name}` added.");
        }
    }
    guard.db().close().await;
    Ok(())
}

/// The centre of that name, or the only one.
pub(super) async fn centre_named(
    tx: &mut Tx,
    name: Option<&str>,
) -> Result<Centre, Box<dyn std::error::Error + Send + Sync>> {
    let mut centres = organisation::centres(tx).await?;
    let names = || centres.iter().map(|c| c.nom.as_str()).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) => match centres.iter().position(|c| c.nom == name) {
            Some(i) => Ok(centres.swap_remove(i)),
            None => Err(format!("no centre is named `{name}`; there are: {}", names()).into()),
        },
        None if centres.len() == 1 => Ok(centres.swap_remove(0)),
        None if centres.is_empty() => {
            Err("there is no centre yet: add one with `tronc service add-centre`".into())
        }
        None => Err(format!("say which centre with --centre: {}", names()).into()),
    }
}

pub(super) async fn user(place: &Place, command: User) -> Outcome {
    let guard = open_place(place).await?;
    match command {
        User::List => {
            let accounts = guard.accounts().await?;
            if place.json {
                let rows: Vec<_> = accounts
                    .iter()
                    .map(|a| json!({ "login": a.identifiant, "name": a.nom, "role": a.role.as_str(), "active": a.actif }))
                    .collect();
                print_json(&json!(rows));
            } else if accounts.is_empty() {
                say!("There is no account yet: make one with `tronc user add`.");
            } else {
                for a in accounts {
                    say!(
                        "{:<20} {:<14} {}{}",
                        a.identifiant,
                        a.role.as_str(),
                        a.nom,
                        if a.actif { "" } else { " (closed)" }
                    );
                }
            }
        }
        User::Add { login, first_name, name, role, centre, rpps } => {
            let role = Role::parse(&role).ok_or_else(|| {
                let all: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).collect();
                format!("unknown role `{role}`: one of {}", all.join(", "))
            })?;
            let rpps = rpps.map(|r| Rpps::parse(&r).map(|r| r.as_str().to_owned())).transpose().map_err(
                |_| "the RPPS number must have eleven digits, the last of which checks the others",
            )?;
            let mut password = String::new();
            std::io::stdin().lock().read_line(&mut password)?;
            let mut tx = guard.db().begin().await?;
            let centre = centre_named(&mut tx, centre.as_deref()).await?;
            let id = ProfessionnelId::new(guard.new_id());
            let professionnel = Professionnel {
                id: id.clone(),
                nom: name,
                prenom: first_name,
                metier: role,
                rpps,
                centre_id: centre.id.clone(),
                presence: Period::since(guard.clock().today()),
            };
            organisation::insert_professionnel(&mut tx, &professionnel).await?;
            let new = NewAccount {
                identifiant: login.clone(),
                nom: professionnel.nom_complet(),
                role,
                mot_de_passe: password.trim_end_matches(['\r', '\n']).to_owned(),
                professionnel_id: Some(id.to_string()),
                centre_id: Some(centre.id.to_string()),
            };
            guard.add_account(&mut tx, &new).await?;
            tx.commit().await?;
            say!("Account `{login}` made for {} ({}).", new.nom, role.as_str());
        }
    }
    guard.db().close().await;
    Ok(())
}
